/// One source's readiness, as one poll found it.
///
/// An event is a plain value: compare it, copy it, make one for a test. Only ``isReadable`` and
/// ``isWritable`` are needed to write a correct program; the rest are hints, some of which a system
/// cannot give, and even a readiness that is reported may be gone: an operation may still return
/// would-block. `Docs/Portability.md` has the table of situations.
///
/// - SeeAlso: mio 1.2.2 `Event`.
@frozen
public struct Event: Hashable, Sendable {
  /// The token that the source was registered with.
  public let token: Token

  /// Everything the system said, in one word that means the same on every system.
  public let readiness: Readiness

  /// Creates an event, as backends and tests do.
  @inlinable
  public init(token: Token, readiness: Readiness) {
    self.token = token
    self.readiness = readiness
  }
}

extension Event {
  /// The canonical readiness word.
  ///
  /// It is laid out like epoll's event mask, so that epoll's records need no translation; the bits
  /// that only other systems report stand where epoll never reports anything to Mio.
  @frozen
  public struct Readiness: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt16

    /// Creates a readiness from its bits.
    @inlinable
    public init(rawValue: UInt16) {
      self.rawValue = rawValue
    }

    /// Data, a connection or an end of file can be taken.
    @inlinable
    public static var readable: Readiness { Readiness(rawValue: 0x0001) }
    /// Urgent data, or an exceptional condition.
    @inlinable
    public static var priority: Readiness { Readiness(rawValue: 0x0002) }
    /// There is room to write.
    @inlinable
    public static var writable: Readiness { Readiness(rawValue: 0x0004) }
    /// The source has an error.
    @inlinable
    public static var error: Readiness { Readiness(rawValue: 0x0008) }
    /// Both directions are over.
    @inlinable
    public static var hangUp: Readiness { Readiness(rawValue: 0x0010) }
    /// An asynchronous I/O request completed.
    @inlinable
    public static var aio: Readiness { Readiness(rawValue: 0x0040) }
    /// A list of asynchronous I/O requests completed.
    @inlinable
    public static var lio: Readiness { Readiness(rawValue: 0x0080) }
    /// Nothing can be written any more.
    @inlinable
    public static var writeClosed: Readiness { Readiness(rawValue: 0x0100) }
    /// The peer will send nothing more.
    @inlinable
    public static var readClosed: Readiness { Readiness(rawValue: 0x2000) }
  }
}

extension Event {
  /// Whether reading, receiving or accepting is worth a try.
  ///
  /// True for data, for a waiting connection, for a waker, and at the end of what a peer sends, on
  /// every system: epoll reports a pipe whose writer is gone by `EPOLLHUP` alone. True as well for an
  /// error, such as an ICMP message for a connected UDP socket: receiving takes it.
  @inlinable
  public var isReadable: Bool {
    let bits = Readiness.readable.rawValue | Readiness.hangUp.rawValue | Readiness.error.rawValue
    return readiness.rawValue & bits != 0
  }

  /// Whether writing is worth a try, or a connect has come to its end.
  ///
  /// True as well when the only news is an error: epoll reports so a full pipe whose reader is
  /// gone, and a write then fails at once.
  @inlinable
  public var isWritable: Bool {
    readiness.rawValue & Readiness.writable.rawValue != 0 || readiness == .error
  }

  /// Whether the source has an error; `takeError()` tells which, where the system keeps it.
  @inlinable
  public var isError: Bool {
    readiness.rawValue & Readiness.error.rawValue != 0
  }

  /// Whether nothing more will arrive: the peer finished or reset, or reading was shut down here.
  ///
  /// A hint: data may still wait to be read. May be reported without interest in reading.
  @inlinable
  public var isReadClosed: Bool {
    readiness.rawValue & (Readiness.readClosed.rawValue | Readiness.hangUp.rawValue) != 0
  }

  /// Whether nothing more can be written: the peer reset, a pipe's reader is gone, both sides shut.
  ///
  /// A hint, and false positives are known: an ICMP error on a connected UDP socket, a TCP socket
  /// that was never connected, and the reader of a pipe look the same to epoll.
  @inlinable
  public var isWriteClosed: Bool {
    let bits = readiness.rawValue
    let failedWriter = Readiness.writable.rawValue | Readiness.error.rawValue
    return bits & (Readiness.hangUp.rawValue | Readiness.writeClosed.rawValue) != 0
      || bits & failedWriter == failedWriter || readiness == .error
  }

  /// Whether urgent data waits.
  ///
  /// It says nothing about ``isReadable``.
  @inlinable
  public var isPriority: Bool {
    readiness.rawValue & Readiness.priority.rawValue != 0
  }

  /// Whether an asynchronous I/O request completed (kqueue only).
  @inlinable
  public var isAIO: Bool {
    readiness.rawValue & Readiness.aio.rawValue != 0
  }

  /// Whether a list of asynchronous I/O requests completed (kqueue only).
  @inlinable
  public var isLIO: Bool {
    readiness.rawValue & Readiness.lio.rawValue != 0
  }
}

extension Event: CustomStringConvertible {
  /// A text for people; its form may change.
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
