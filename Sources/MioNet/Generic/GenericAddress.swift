public import CMioSocket
public import MioCore

/// The address of a socket of any family, in the form that the system uses: the bytes of a `struct
/// sockaddr`.
///
///     var address = sockaddr_nl()
///     address.nl_family = sa_family_t(AF_NETLINK)
///     let everybody = try unsafe withUnsafeBytes(of: &address) { bytes throws(IOError) in
///       try unsafe GenericAddress(bytes: bytes)
///     }
///
/// The value stores the bytes inline and allocates nothing.
@frozen
@safe
public struct GenericAddress: Sendable {
  @usableFromInline
  var name: c_mio_name

  /// The maximum number of bytes of an address.
  @inlinable
  static var largestSize: UInt32 { 128 }

  /// Creates an address without bytes.
  @inlinable
  init() {
    name = c_mio_name()
  }

  /// Creates the address that the system returned.
  @inlinable
  init(_ name: c_mio_name) {
    self.name = name
    // The length that the kernel reports also counts the bytes that did not fit.
    self.name.length = min(name.length, GenericAddress.largestSize)
  }

  /// Creates an address from the bytes of a `struct sockaddr`.
  ///
  /// - Throws: ``IOError`` with the kind `.nameTooLong` for more than 128 bytes.
  public init(bytes: some Collection<UInt8>) throws(IOError) {
    name = c_mio_name()
    guard bytes.count <= Int(GenericAddress.largestSize) else {
      try IOError.raise(.nameTooLong, .createAddress)
    }
    name.length = UInt32(truncatingIfNeeded: bytes.count)
    unsafe withUnsafeMutableBytes(of: &name.words) { unsafe $0.copyBytes(from: bytes) }
  }

  /// Creates a generic address from an address of one family.
  ///
  /// - Throws: ``IOError`` if the system has no such address.
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
  /// `true`: sockets of some families can carry file descriptors.
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
  /// Returns whether two addresses have the same bytes.
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
