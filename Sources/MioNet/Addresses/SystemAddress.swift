public import CMioSocket
import MioCore

/// What names a socket: the addresses of one family.
///
/// ``SocketAddress`` and ``UnixAddress`` are such. The requirements translate to and from the system's
/// record, and are not meant to be called.
public protocol SystemAddress: Hashable, Sendable {
  /// Whether messages between such addresses can carry descriptors.
  static var carriesDescriptors: Bool { get }

  /// Creates the address that the system told, unless it is of another family.
  init?(_ name: c_mio_name)

  /// Makes the system's record.
  ///
  /// - Returns: Zero, or a negated error code when the system has no such addresses.
  @unsafe
  func encode(into name: UnsafeMutablePointer<c_mio_name>) -> Int
}

extension SystemAddress {
  /// The address as the system takes it.
  func name(for operation: IOError.Operation) throws(IOError) -> c_mio_name {
    var name = c_mio_name()
    let result = unsafe encode(into: &name)
    if result < 0 { try IOError.raise(result, operation) }
    return name
  }

  /// Asks the system for an address.
  static func ask(
    _ operation: IOError.Operation, _ call: (inout c_mio_name) -> Int
  ) throws(IOError) -> Self {
    var name = c_mio_name()
    let result = call(&name)
    if result < 0 { try IOError.raise(result, operation) }
    guard let address = Self(name) else {
      try IOError.raise(.addressFamilyNotSupported, operation)
    }
    return address
  }
}
