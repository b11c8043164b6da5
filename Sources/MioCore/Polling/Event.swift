/// The readiness of one source, as reported by one poll.
///
/// An event is a plain value: it can be compared, copied, and created in a test. A correct program
/// needs only ``isReadable`` and ``isWritable``. The other properties are hints, and not every
/// system provides all of them. A reported readiness may be outdated: an operation may still return
/// would-block. `Docs/Portability.md` has a table of situations and systems.
///
/// - SeeAlso: mio 1.2.2 `Event`.
@frozen
public struct Event: Hashable, Sendable {
  /// The token that the source was registered with.
  public let token: Token

  /// All the readiness bits that the system reported, in a form that is the same on every system.
  public let readiness: Readiness

  /// Creates an event.
  ///
  /// Backends and tests create events.
  @inlinable
  public init(token: Token, readiness: Readiness) {
    self.token = token
    self.readiness = readiness
  }
}

extension Event {
  /// The set of readiness bits of an event.
  ///
  /// The bits are laid out as in the event mask of epoll, so records of epoll need no translation.
  /// Bits that only other systems report use positions that epoll never reports to Mio.
  @frozen
  public struct Readiness: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt16

    /// Creates a readiness from its bits.
    @inlinable
    public init(rawValue: UInt16) {
      self.rawValue = rawValue
    }

    /// Data, a connection or the end of file can be read.
    @inlinable
    public static var readable: Readiness { Readiness(rawValue: 0x0001) }
    /// Urgent data can be read, or there is an exceptional condition.
    @inlinable
    public static var priority: Readiness { Readiness(rawValue: 0x0002) }
    /// There is space to write.
    @inlinable
    public static var writable: Readiness { Readiness(rawValue: 0x0004) }
    /// The source has an error.
    @inlinable
    public static var error: Readiness { Readiness(rawValue: 0x0008) }
    /// Both directions have ended.
    @inlinable
    public static var hangUp: Readiness { Readiness(rawValue: 0x0010) }
    /// An asynchronous I/O request has completed.
    @inlinable
    public static var aio: Readiness { Readiness(rawValue: 0x0040) }
    /// A list of asynchronous I/O requests has completed.
    @inlinable
    public static var lio: Readiness { Readiness(rawValue: 0x0080) }
    /// Nothing can be written any more.
    @inlinable
    public static var writeClosed: Readiness { Readiness(rawValue: 0x0100) }
    /// The peer will send no more data.
    @inlinable
    public static var readClosed: Readiness { Readiness(rawValue: 0x2000) }
  }
}

extension Event {
  /// Whether the source may be ready to read, receive or accept.
  ///
  /// It is true for data, for a waiting connection, for a waker, and at the end of the peer's data.
  /// This is the same on every system, although epoll reports a pipe without a writer by `EPOLLHUP`
  /// alone. It is also true for an error, for example an ICMP message for a connected UDP socket.
  /// Receiving then throws that error.
  @inlinable
  public var isReadable: Bool {
    let bits = Readiness.readable.rawValue | Readiness.hangUp.rawValue | Readiness.error.rawValue
    return readiness.rawValue & bits != 0
  }

  /// Whether the source may be ready to write, or a connect has completed.
  ///
  /// It is also true if the event contains nothing but an error. epoll reports a full pipe without
  /// a reader in this way, and a write then fails at once.
  @inlinable
  public var isWritable: Bool {
    readiness.rawValue & Readiness.writable.rawValue != 0 || readiness == .error
  }

  /// Whether the source has an error.
  ///
  /// `takeError()` returns the error, if the system keeps it.
  @inlinable
  public var isError: Bool {
    readiness.rawValue & Readiness.error.rawValue != 0
  }

  /// Whether no more data will arrive.
  ///
  /// The peer has finished or reset the connection, or reading was shut down on this side. This is
  /// a hint: data may still be waiting to be read. It may be reported without an interest in
  /// reading.
  @inlinable
  public var isReadClosed: Bool {
    readiness.rawValue & (Readiness.readClosed.rawValue | Readiness.hangUp.rawValue) != 0
  }

  /// Whether no more data can be written.
  ///
  /// The peer has reset the connection, a pipe has no reader, or both directions were shut down.
  /// This is a hint with known false positives: epoll reports an ICMP error on a connected UDP
  /// socket, a TCP socket that was never connected, and the reader of a pipe in the same way.
  @inlinable
  public var isWriteClosed: Bool {
    let bits = readiness.rawValue
    let failedWriter = Readiness.writable.rawValue | Readiness.error.rawValue
    return bits & (Readiness.hangUp.rawValue | Readiness.writeClosed.rawValue) != 0
      || bits & failedWriter == failedWriter || readiness == .error
  }

  /// Whether urgent data is waiting.
  ///
  /// It does not imply ``isReadable``.
  @inlinable
  public var isPriority: Bool {
    readiness.rawValue & Readiness.priority.rawValue != 0
  }

  /// Whether an asynchronous I/O request has completed (kqueue only).
  @inlinable
  public var isAIO: Bool {
    readiness.rawValue & Readiness.aio.rawValue != 0
  }

  /// Whether a list of asynchronous I/O requests has completed (kqueue only).
  @inlinable
  public var isLIO: Bool {
    readiness.rawValue & Readiness.lio.rawValue != 0
  }
}

extension Event: CustomStringConvertible {
  /// A textual description whose format may change.
  public var description: String {
    var names: [String] = []
    if isReadable { names.append("readable") }
    if isWritable { names.append("writable") }
    if isError { names.append("error") }
    if isReadClosed { names.append("readClosed") }
    if isWriteClosed { names.append("writeClosed") }
    if isPriority { names.append("priority") }
    if isAIO { names.append("aio") }
    if isLIO { names.append("lio") }
    return "Event(\(token), [" + names.joined(separator: ", ") + "])"
  }
}
