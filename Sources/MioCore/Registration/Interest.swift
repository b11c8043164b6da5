/// What a registration asks to be told about.
///
/// An interest must not be empty when it is handed to a registry; an empty one is refused with
/// ``IOError/Kind/invalidArgument``. What a backend cannot watch is refused with
/// ``IOError/Kind/unsupported``, never ignored.
///
/// | Interest | epoll | kqueue | Windows |
/// | --- | --- | --- | --- |
/// | ``readable`` | `EPOLLIN`, `EPOLLRDHUP` | `EVFILT_READ` | receive, accept, disconnect |
/// | ``writable`` | `EPOLLOUT` | `EVFILT_WRITE` | send |
/// | ``priority`` | `EPOLLPRI` | `EVFILT_EXCEPT` where it exists | receive expedited |
/// | ``aio`` | unsupported | FreeBSD, DragonFly | unsupported |
/// | ``lio`` | unsupported | FreeBSD | unsupported |
///
/// - SeeAlso: mio 1.2.2 `Interest`.
@frozen
public struct Interest: OptionSet, Hashable, Sendable {
  /// One bit for each interest.
  public let rawValue: UInt8

  /// Creates an interest from its bits.
  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Data to read, a connection to accept, or the end of what the peer sends.
  @inlinable
  public static var readable: Interest { Interest(rawValue: 1 << 0) }

  /// Room to write, or the completion of a connect.
  @inlinable
  public static var writable: Interest { Interest(rawValue: 1 << 1) }

  /// Completion of asynchronous I/O that names the selector in its `aiocb`.
  @inlinable
  public static var aio: Interest { Interest(rawValue: 1 << 2) }

  /// Completion of list I/O that names the selector.
  @inlinable
  public static var lio: Interest { Interest(rawValue: 1 << 3) }

  /// Urgent (out-of-band) data, and the exceptional conditions of some devices.
  @inlinable
  public static var priority: Interest { Interest(rawValue: 1 << 4) }
}

extension Interest: CustomStringConvertible {
  /// A text for people; its form may change.
  public var description: String {
    var names: [String] = []
    if contains(.readable) { names.append("readable") }
    if contains(.writable) { names.append("writable") }
    if contains(.aio) { names.append("aio") }
    if contains(.lio) { names.append("lio") }
    if contains(.priority) { names.append("priority") }
    return "[" + names.joined(separator: ", ") + "]"
  }
}
