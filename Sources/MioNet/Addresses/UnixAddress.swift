import CMioSocket
public import MioCore

/// The address of a Unix socket: a path, a name in the abstract namespace of Linux, or no name.
///
/// A name consists of bytes, and the value keeps them exactly. The value stores the name inline and
/// allocates nothing.
///
/// - SeeAlso: mio 1.2.2 uses `std::os::unix::net::SocketAddr`; `unix(7)`.
@safe
public struct UnixAddress: Sendable {
  var record: c_mio_unix_address

  /// The kinds of address.
  @frozen
  public enum Kind: Sendable, Hashable {
    /// No name: the address of a socket that was never bound, such as that of most clients.
    case unnamed
    /// The path of a file.
    case path
    /// A name in the abstract namespace of Linux, which needs no file and disappears with its
    /// sockets.
    case abstract
  }

  /// The address of a socket that was never bound.
  public static var unnamed: UnixAddress { UnixAddress() }

  private init() {
    record = c_mio_unix_address()
  }

  /// Creates the address of a file.
  ///
  /// - Parameter path: The path, from the root or from the working directory.
  /// - Throws: ``IOError`` with the kind `.nameTooLong` for more than ``maximumPathLength`` bytes,
  ///   or `.invalidArgument` for an empty path and for a path that contains a zero byte.
  public init(path: some StringProtocol) throws(IOError) {
    try self.init(pathBytes: path.utf8)
  }

  /// Creates the address of a file whose path is not UTF-8.
  ///
  /// - Parameter pathBytes: The bytes of the path, without a terminating zero.
  /// - Throws: ``IOError``, as ``init(path:)``.
  public init(pathBytes: some Collection<UInt8>) throws(IOError) {
    guard !pathBytes.isEmpty, !pathBytes.contains(0) else {
      try IOError.raise(.invalidArgument, .createAddress)
    }
    guard pathBytes.count <= UnixAddress.maximumPathLength else {
      try IOError.raise(.nameTooLong, .createAddress)
    }
    self.init(C_MIO_UNIX_PATH, pathBytes)
  }

  /// Creates a name in the abstract namespace of Linux.
  ///
  /// A name may be empty, and may contain zero bytes. On other systems each use of the name throws
  /// `.addressFamilyNotSupported`.
  ///
  /// - Parameter abstract: The bytes of the name, without the zero that marks it as abstract.
  /// - Throws: ``IOError`` with the kind `.nameTooLong` for more than ``maximumPathLength`` bytes.
  public init(abstract: some Collection<UInt8>) throws(IOError) {
    guard abstract.count <= UnixAddress.maximumPathLength else {
      try IOError.raise(.nameTooLong, .createAddress)
    }
    self.init(C_MIO_UNIX_ABSTRACT, abstract)
  }

  /// Creates a name in the abstract namespace of Linux from text.
  ///
  /// - Throws: ``IOError``, as ``init(abstract:)-(Collection<UInt8>)``.
  public init(abstract: some StringProtocol) throws(IOError) {
    try self.init(abstract: abstract.utf8)
  }

  private init(_ kind: UInt32, _ name: some Collection<UInt8>) {
    record = c_mio_unix_address()
    record.kind = kind
    record.count = UInt32(truncatingIfNeeded: name.count)
    unsafe withUnsafeMutableBytes(of: &record.bytes) { unsafe $0.copyBytes(from: name) }
  }

  /// The maximum number of bytes of a path or a name: 107 on Linux, 103 on Apple's and BSD systems.
  public static var maximumPathLength: Int { c_mio_unix_path_limit() }

  /// The kind of the address.
  public var kind: Kind {
    switch record.kind {
    case C_MIO_UNIX_PATH: .path
    case C_MIO_UNIX_ABSTRACT: .abstract
    default: .unnamed
    }
  }

  /// The bytes of the path or of the abstract name; empty for ``Kind/unnamed``.
  public var nameBytes: [UInt8] { unsafe withUnsafeNameBytes { unsafe [UInt8]($0) } }

  /// The path, with invalid UTF-8 repaired; `nil` if the address is not a path.
  public var path: String? {
    kind == .path ? unsafe withUnsafeNameBytes { unsafe String(decoding: $0, as: UTF8.self) } : nil
  }

  /// Lends the bytes of the path or of the abstract name, without an allocation.
  ///
  /// - Returns: The value that `body` returns.
  /// - Throws: The error that `body` throws.
  public func withNameBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe withUnsafeNameBytes { bytes throws(Failure) in
      try unsafe body(bytes.bindMemory(to: UInt8.self).span)
    }
  }

  private func withUnsafeNameBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe withUnsafeBytes(of: record.bytes) { bytes throws(Failure) in
      try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<Int(record.count)]))
    }
  }
}

extension UnixAddress: Hashable {
  /// Returns whether two addresses are of the same kind and have the same bytes.
  public static func == (lhs: UnixAddress, rhs: UnixAddress) -> Bool {
    guard lhs.record.kind == rhs.record.kind else { return false }
    return unsafe lhs.withUnsafeNameBytes { lhs in
      unsafe rhs.withUnsafeNameBytes { rhs in unsafe lhs.elementsEqual(rhs) }
    }
  }

  /// Feeds the kind and the bytes to the hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(record.kind)
    unsafe withUnsafeNameBytes { unsafe hasher.combine(bytes: $0) }
  }
}

extension UnixAddress: CustomStringConvertible {
  /// A readable text: the path, `@` and the abstract name, or `(unnamed)`.
  public var description: String {
    switch kind {
    case .unnamed: "(unnamed)"
    case .path: path ?? ""
    case .abstract: "@\(String(decoding: nameBytes, as: UTF8.self))"
    }
  }
}
