public import MioCore
public import MioNet

extension TemporaryFolder {
  /// The address of a socket file in the folder.
  ///
  /// - Throws: ``IOError``, as the address.
  public borrowing func address(_ name: String = "socket") throws(IOError) -> UnixAddress {
    try UnixAddress(path: file(name))
  }
}

extension UnixStream {
  /// Connects to a listener that has room in its backlog.
  ///
  /// - Throws: ``IOError``, with the kind `.wouldBlock` when there is no room.
  public static func connected(to address: UnixAddress) throws(IOError) -> UnixStream {
    guard let stream = try UnixStream(connectingTo: address) else {
      throw IOError(.wouldBlock, operation: .connect)
    }
    return stream
  }
}

extension UnixListener {
  /// Accepts the connection that an event has announced.
  ///
  /// - Throws: ``IOError``, with the kind `.wouldBlock` when there is none.
  public borrowing func acceptAnnounced() throws(IOError) -> AcceptedUnixConnection {
    guard let connection = try acceptWithAddress() else {
      throw IOError(.wouldBlock, operation: .accept)
    }
    return connection
  }
}
