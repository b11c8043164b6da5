import CMioSocket
public import MioCore

/// The address of a socket: ``SocketAddress``, ``UnixAddress``, ``GenericAddress``, or a type of
/// the program.
///
/// A program can use a ``GenericSocket`` of a family that has no type here, and conform a type of
/// its own. That type translates to and from ``GenericAddress``, which holds the bytes of the
/// `struct sockaddr`.
public protocol SystemAddress: Hashable, Sendable {
  /// Whether messages between such addresses can carry file descriptors.
  static var carriesDescriptors: Bool { get }

  /// Creates the address from the form that the system uses.
  ///
  /// It is `nil` if `address` belongs to another family.
  init?(_ address: GenericAddress)

  /// Writes the form that the system uses into `address`.
  ///
  /// - Parameter address: An address that has no bytes at the start.
  /// - Throws: ``IOError`` with the kind `.addressFamilyNotSupported` or `.unsupported` if the
  ///   system has no such addresses.
  func encode(into address: inout GenericAddress) throws(IOError)
}

extension SystemAddress {
  /// Returns the record of the address that the shims take.
  func name(for operation: IOError.Operation) throws(IOError) -> c_mio_name {
    var address = GenericAddress()
    do throws(IOError) {
      try encode(into: &address)
    } catch {
      throw IOError(error.kind, operation: operation, code: error.code)
    }
    return address.name
  }

  /// Queries the system for an address.
  static func ask(
    _ operation: IOError.Operation, _ call: (inout c_mio_name) -> Int
  ) throws(IOError) -> Self {
    var name = c_mio_name()
    try IOError.check(call(&name), operation)
    guard let address = Self(GenericAddress(name)) else {
      try IOError.raise(.addressFamilyNotSupported, operation)
    }
    return address
  }
}
