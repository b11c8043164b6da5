import CMioSocket
public import MioCore

/// A descriptor with its registration state, from the moment when the descriptor exists.
///
/// Every source of MioNet consists of one. It closes the descriptor once.
@usableFromInline
struct OwnedSource: ~Copyable, Sendable {
  /// -1 after it was given up or closed.
  @usableFromInline
  var descriptor: Descriptor

  @usableFromInline
  let registration = RegistrationState()

  /// Takes ownership of the result of a shim: a descriptor, or a negated error code.
  init(owning result: Int, _ operation: IOError.Operation) throws(IOError) {
    try IOError.check(result, operation)
    descriptor = Descriptor(rawValue: result)
  }

  init(owning descriptor: Descriptor) {
    self.descriptor = descriptor
  }

  /// Creates a socket.
  init(creating kind: SocketKind) throws(IOError) {
    try self.init(owning: c_mio_create(kind.record), .create)
  }

  /// Takes ownership of an existing socket of one of these kinds, and makes it close-on-exec and
  /// non-blocking.
  ///
  /// If that fails, the caller keeps the descriptor.
  init(
    adopting descriptor: Descriptor, _ kind: SocketKind, or other: SocketKind? = nil
  ) throws(IOError) {
    let record = try descriptor.kind
    guard kind.matches(record) || other?.matches(record) ?? false else {
      try IOError.raise(.invalidArgument, .adopt)
    }
    try self.init(adoptingSocket: descriptor)
  }

  /// Takes ownership of a descriptor that is known to be a socket.
  private init(adoptingSocket descriptor: Descriptor) throws(IOError) {
    try IOError.check(c_mio_adopt(descriptor.rawValue), .adopt)
    self.descriptor = descriptor
  }

  /// Takes ownership of an existing socket of any kind, and makes it close-on-exec and
  /// non-blocking.
  init(adoptingAny descriptor: Descriptor) throws(IOError) {
    try IOError.check(c_mio_check_socket(descriptor.rawValue), .adopt)
    try self.init(adoptingSocket: descriptor)
  }

  // `close` frees the descriptor even if it reports an error, and must not be called again.
  @inlinable
  deinit {
    if descriptor.rawValue >= 0 {
      registration.sourceWillClose()
      closeDescriptor()
    }
  }

  @usableFromInline
  borrowing func closeDescriptor() {
    _ = c_mio_close(descriptor.rawValue)
  }

  /// Gives up ownership of the descriptor without closing it, and returns it.
  consuming func take() -> Descriptor {
    registration.sourceWillClose()
    let taken = descriptor
    descriptor = Descriptor(-1)
    return taken
  }
}

extension Descriptor {
  /// The kind of the socket, if the descriptor is a socket.
  fileprivate var kind: c_mio_kind {
    get throws(IOError) {
      var record = c_mio_kind()
      try unsafe IOError.check(c_mio_get_kind(rawValue, &record), .adopt)
      return record
    }
  }
}

/// The kinds of socket that MioNet has types for.
enum SocketKind {
  case tcp4, tcp6, udp4, udp6, unixStream, unixDatagram, unixPacket

  var record: c_mio_kind {
    switch self {
    case .tcp4: c_mio_kind(family: C_MIO_FAMILY_V4, type: C_MIO_TYPE_STREAM)
    case .tcp6: c_mio_kind(family: C_MIO_FAMILY_V6, type: C_MIO_TYPE_STREAM)
    case .udp4: c_mio_kind(family: C_MIO_FAMILY_V4, type: C_MIO_TYPE_DATAGRAM)
    case .udp6: c_mio_kind(family: C_MIO_FAMILY_V6, type: C_MIO_TYPE_DATAGRAM)
    case .unixStream: c_mio_kind(family: C_MIO_FAMILY_UNIX, type: C_MIO_TYPE_STREAM)
    case .unixDatagram: c_mio_kind(family: C_MIO_FAMILY_UNIX, type: C_MIO_TYPE_DATAGRAM)
    case .unixPacket: c_mio_kind(family: C_MIO_FAMILY_UNIX, type: C_MIO_TYPE_PACKET)
    }
  }

  func matches(_ other: c_mio_kind) -> Bool {
    record.family == other.family && record.type == other.type
  }
}
