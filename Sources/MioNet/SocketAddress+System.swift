import CMioSocket
import MioCore

// The shim's record is the one form in which addresses pass to and from the system.
extension SocketAddress {
  /// Creates the address that the system told, unless it is of a family other than the internet's.
  init?(_ record: c_mio_address) {
    switch record.family {
    case 4:
      self.init(v4: IPv4Address(bits: UInt32(truncatingIfNeeded: record.low)), port: record.port)
    case 6:
      self.init(
        v6: IPv6Address(high: record.high, low: record.low), port: record.port,
        flowInfo: record.flow_info, scopeID: record.scope_id)
    default:
      return nil
    }
  }

  /// The address as the shim takes it.
  var record: c_mio_address {
    switch ip {
    case .v4(let address):
      c_mio_address(
        family: 4, port: port, flow_info: 0, scope_id: 0, high: 0, low: UInt64(address.bits))
    case .v6(let address):
      c_mio_address(
        family: 6, port: port, flow_info: flowInfo, scope_id: scopeID,
        high: address.high, low: address.low)
    }
  }

  /// Asks the system for an address.
  static func ask(
    _ operation: IOError.Operation, _ call: (inout c_mio_address) -> Int
  ) throws(IOError) -> SocketAddress {
    var record = c_mio_address()
    let result = call(&record)
    if result < 0 { try IOError.raise(result, operation) }
    guard let address = SocketAddress(record) else {
      try IOError.raise(.addressFamilyNotSupported, operation)
    }
    return address
  }
}
