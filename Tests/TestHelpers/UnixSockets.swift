public import MioCore
public import MioNet

extension TemporaryFolder {
  /// Returns the address of a socket file in the folder.
  ///
  /// - Throws: The ``IOError`` of the initializer of the address.
  public borrowing func address(_ name: String = "socket") throws(IOError) -> UnixAddress {
    try UnixAddress(path: file(name))
  }
}

extension UnixStream {
  /// Connects to a listener whose backlog is not full.
  ///
  /// - Throws: ``IOError`` with the kind `.wouldBlock` if the backlog is full.
  public static func connected(to address: UnixAddress) throws(IOError) -> UnixStream {
    guard let stream = try UnixStream(connectingTo: address) else {
      throw IOError(.wouldBlock, operation: .connect)
    }
    return stream
  }
}

extension UnixListener {
  /// Accepts the connection that an event has reported.
  ///
  /// - Throws: ``IOError`` with the kind `.wouldBlock` if there is no connection.
  public borrowing func acceptAnnounced() throws(IOError) -> AcceptedUnixConnection {
    guard let connection = try acceptWithAddress() else {
      throw IOError(.wouldBlock, operation: .accept)
    }
    return connection
  }
}
