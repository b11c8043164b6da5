import CMioSocket
public import MioCore

extension SocketAddress: SystemAddress {
  /// `false`: internet sockets carry only bytes.
  @inlinable
  public static var carriesDescriptors: Bool { false }

  /// Creates the address from the form that the system uses, or returns `nil` if it is not an IPv4
  /// or IPv6 address.
  public init?(_ address: GenericAddress) {
    var record = c_mio_address()
    let isInternet = unsafe withUnsafePointer(to: address.name) { name in
      unsafe c_mio_decode_internet(name, &record)
    }
    guard isInternet != 0 else { return nil }
    self.init(IPAddress(record), record)
  }

  private init(_ ip: IPAddress, _ record: c_mio_address) {
    switch ip {
    case .v4(let address): self.init(v4: address, port: record.port)
    case .v6(let address):
      self.init(
        v6: address, port: record.port, flowInfo: record.flow_info, scopeID: record.scope_id)
    }
  }

  /// Writes the form that the system uses into `address`.
  ///
  /// - Throws: ``IOError`` with the kind `.addressFamilyNotSupported` if the system has no IPv6.
  public func encode(into address: inout GenericAddress) throws(IOError) {
    var record = ip.record
    record.port = port
    record.flow_info = flowInfo
    record.scope_id = scopeID
    try unsafe IOError.check(c_mio_encode_internet(&record, &address.name), .createAddress)
  }
}

extension IPAddress {
  /// Creates the address from the record of the shim.
  init(_ record: c_mio_address) {
    self =
      record.family == C_MIO_FAMILY_V4
      ? .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: record.low)))
      : .v6(IPv6Address(high: record.high, low: record.low))
  }

  /// The record of the shim for the address.
  var record: c_mio_address {
    var record = c_mio_address()
    switch self {
    case .v4(let address):
      record.family = C_MIO_FAMILY_V4
      record.low = UInt64(address.bits)
    case .v6(let address):
      record.family = C_MIO_FAMILY_V6
      record.high = address.high
      record.low = address.low
    }
    return record
  }
}
