/// The conditions that a registration watches for.
///
/// A registry refuses an empty interest with ``IOError/Kind/invalidArgument``. It refuses an
/// interest that the backend cannot watch with ``IOError/Kind/unsupported``, and never ignores it.
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
  /// The bits, one for each condition.
  public let rawValue: UInt8

  /// Creates an interest from its bits.
  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Data to read, a connection to accept, or the end of the peer's data.
  @inlinable
  public static var readable: Interest { Interest(rawValue: 1 << 0) }

  /// Space to write, or the completion of a connect.
  @inlinable
  public static var writable: Interest { Interest(rawValue: 1 << 1) }

  /// The completion of asynchronous I/O that names the selector in its `aiocb`.
  @inlinable
  public static var aio: Interest { Interest(rawValue: 1 << 2) }

  /// The completion of list I/O that names the selector.
  @inlinable
  public static var lio: Interest { Interest(rawValue: 1 << 3) }

  /// Urgent (out-of-band) data, or an exceptional condition of some devices.
  @inlinable
  public static var priority: Interest { Interest(rawValue: 1 << 4) }
}

extension Interest: CustomStringConvertible {
  /// A textual description whose format may change.
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
