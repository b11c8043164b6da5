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
@frozen
@safe
public struct GenericAddress: Sendable {
  @usableFromInline
  var name: c_mio_name

  /// How many bytes an address can have.
  @inlinable
  static var largestSize: UInt32 { 128 }

  /// Creates an address without bytes.
  @inlinable
  init() {
    name = c_mio_name()
  }

  /// Creates the address that the system told.
  @inlinable
  init(_ name: c_mio_name) {
    self.name = name
    // The length that the kernel tells counts also the bytes that did not fit.
    self.name.length = min(name.length, GenericAddress.largestSize)
  }

  /// Creates an address of the bytes of a `struct sockaddr`.
  ///
  /// - Throws: ``IOError`` with the kind `.nameTooLong` above 128 bytes.
  public init(bytes: some Collection<UInt8>) throws(IOError) {
    name = c_mio_name()
    guard bytes.count <= Int(GenericAddress.largestSize) else {
      try IOError.raise(.nameTooLong, .createAddress)
    }
    name.length = UInt32(truncatingIfNeeded: bytes.count)
    unsafe withUnsafeMutableBytes(of: &name.words) { unsafe $0.copyBytes(from: bytes) }
  }

  /// Creates the same address of an address of one family.
  ///
  /// - Throws: ``IOError`` for an address that the system does not have.
  public init(_ address: some SystemAddress) throws(IOError) {
    self.init()
    try address.encode(into: &self)
  }

  /// The bytes of the `struct sockaddr`.
  public var bytes: [UInt8] { unsafe withUnsafeNameBytes { unsafe [UInt8]($0) } }

  func withUnsafeNameBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe withUnsafeBytes(of: name.words) {
      unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<Int(name.length)]))
    }
  }
}

extension GenericAddress: SystemAddress {
  /// Sockets of some families can carry descriptors.
  @inlinable
  public static var carriesDescriptors: Bool { true }

  /// Creates a copy of an address.
  @inlinable
  public init(_ address: GenericAddress) {
    self = address
  }

  /// Copies the address into `address`.
  @inlinable
  public func encode(into address: inout GenericAddress) {
    address = self
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
