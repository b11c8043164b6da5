public import CMioSocket

extension SocketAddress: SystemAddress {
  /// Internet sockets carry bytes only.
  @inlinable
  public static var carriesDescriptors: Bool { false }

  /// Creates the address that the system told, unless it is of a family other than the internet's.
  public init?(_ name: c_mio_name) {
    var record = c_mio_address()
    let isInternet = unsafe withUnsafePointer(to: name) { name in
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

  /// Makes the system's record.
  @unsafe
  public func encode(into name: UnsafeMutablePointer<c_mio_name>) -> Int {
    var record = ip.record
    record.port = port
    record.flow_info = flowInfo
    record.scope_id = scopeID
    return unsafe c_mio_encode_internet(&record, name)
  }
}

extension IPAddress {
  /// Creates the address of the shim's record.
  init(_ record: c_mio_address) {
    self =
      record.family == C_MIO_FAMILY_V4
      ? .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: record.low)))
      : .v6(IPv6Address(high: record.high, low: record.low))
  }

  /// The shim's record of the address.
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
