public import CMioSocket

extension UnixAddress: SystemAddress {
  /// Unix sockets can carry descriptors.
  @inlinable
  public static var carriesDescriptors: Bool { true }

  /// Creates the address that the system told, unless it is no Unix socket's.
  public init?(_ name: c_mio_name) {
    self = .unnamed
    let isUnix = unsafe withUnsafePointer(to: name) { name in
      unsafe c_mio_decode_unix(name, &record)
    }
    if isUnix == 0 { return nil }
  }

  /// Makes the system's record.
  @unsafe
  public func encode(into name: UnsafeMutablePointer<c_mio_name>) -> Int {
    unsafe withUnsafePointer(to: record) { unsafe c_mio_encode_unix($0, name) }
  }
}
