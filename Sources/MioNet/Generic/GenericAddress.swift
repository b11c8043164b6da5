public import CMioSocket
public import MioCore

/// The address of a socket of any family, as the system has it: the bytes of its `struct sockaddr`.
///
///     var address = sockaddr_nl()
///     address.nl_family = sa_family_t(AF_NETLINK)
///     let everybody = try unsafe withUnsafeBytes(of: &address) { bytes throws(IOError) in
///       try unsafe GenericAddress(bytes: bytes)
///     }
///
/// The value stands inline; nothing is allocated.
@safe
public struct GenericAddress: Sendable {
  var name: c_mio_name

  /// Creates an address of the bytes of a `struct sockaddr`.
  ///
  /// - Throws: ``IOError`` with the kind `.nameTooLong` above 128 bytes.
  public init(bytes: some Collection<UInt8>) throws(IOError) {
    name = c_mio_name()
    guard bytes.count <= MemoryLayout.size(ofValue: name.words) else {
      try IOError.raise(.nameTooLong, .createAddress)
    }
    name.length = UInt32(truncatingIfNeeded: bytes.count)
    unsafe withUnsafeMutableBytes(of: &name.words) { unsafe $0.copyBytes(from: bytes) }
  }

  /// Creates the same address of an address of one family.
  ///
  /// - Throws: ``IOError`` for an address that the system does not have.
  public init(_ address: some SystemAddress) throws(IOError) {
    name = try address.name(for: .createAddress)
  }

  /// The bytes of the `struct sockaddr`.
  public var bytes: [UInt8] { unsafe withUnsafeNameBytes { unsafe [UInt8]($0) } }

  func withUnsafeNameBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe withUnsafeBytes(of: name.words) {
      unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<Int(name.length)]))
    }
  }
}

extension SystemAddress {
  /// Creates the same address of an address of any family, unless its family is another.
  public init?(_ address: GenericAddress) {
    self.init(address.name)
  }
}

extension GenericAddress: SystemAddress {
  /// Sockets of some families can carry descriptors.
  @inlinable
  public static var carriesDescriptors: Bool { true }

  /// Creates the address that the system told.
  public init?(_ name: c_mio_name) {
    self.name = name
    // The kernel's length counts also what did not fit.
    self.name.length = min(name.length, UInt32(MemoryLayout.size(ofValue: name.words)))
  }

  /// Makes the system's record.
  @unsafe
  public func encode(into name: UnsafeMutablePointer<c_mio_name>) -> Int {
    unsafe name.pointee = self.name
    return 0
  }
}

extension GenericAddress: Hashable {
  /// Whether two addresses have the same bytes.
  public static func == (lhs: GenericAddress, rhs: GenericAddress) -> Bool {
    unsafe lhs.withUnsafeNameBytes { lhs in
      unsafe rhs.withUnsafeNameBytes { rhs in unsafe lhs.elementsEqual(rhs) }
    }
  }

  /// Feeds the bytes to the hasher.
  public func hash(into hasher: inout Hasher) {
    unsafe withUnsafeNameBytes { unsafe hasher.combine(bytes: $0) }
  }
}
