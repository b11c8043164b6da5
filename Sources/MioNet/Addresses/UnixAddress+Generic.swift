import CMioSocket
public import MioCore

extension UnixAddress: SystemAddress {
  /// `true`: Unix sockets can carry file descriptors.
  @inlinable
  public static var carriesDescriptors: Bool { true }

  /// Creates the address from the form that the system uses, or returns `nil` if it is not the
  /// address of a Unix socket.
  public init?(_ address: GenericAddress) {
    self = .unnamed
    let isUnix = unsafe withUnsafePointer(to: address.name) { name in
      unsafe c_mio_decode_unix(name, &record)
    }
    if isUnix == 0 { return nil }
  }

  /// Writes the form that the system uses into `address`.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` if the system has no such Unix addresses.
  public func encode(into address: inout GenericAddress) throws(IOError) {
    let result = unsafe withUnsafePointer(to: record) {
      unsafe c_mio_encode_unix($0, &address.name)
    }
    try IOError.check(result, .createAddress)
  }
}
