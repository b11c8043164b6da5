/// The longest time that one wait of a selector may take.
@frozen
public struct WaitTime: Hashable, Sendable {
  /// The number of nanoseconds, or all ones for no limit.
  @usableFromInline
  let rawValue: UInt64

  @inlinable
  init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Creates a limit in nanoseconds.
  ///
  /// `UInt64.max`, which is 585 years, means no limit.
  @inlinable
  public init(nanoseconds: UInt64) {
    rawValue = nanoseconds
  }

  /// No limit.
  @inlinable
  public static var forever: WaitTime { WaitTime(rawValue: .max) }

  /// No time: the wait returns the ready sources and does not block.
  @inlinable
  public static var none: WaitTime { WaitTime(rawValue: 0) }

  /// The limit in nanoseconds, or `nil` if there is no limit.
  @inlinable
  public var nanoseconds: UInt64? {
    rawValue == .max ? nil : rawValue
  }

  /// The limit in nanoseconds, for a system call that takes seconds.
  ///
  /// It is negative if there is no limit. Otherwise it is at most a million seconds. A system may
  /// store the seconds in 32 bits, and some systems convert them to another unit without an
  /// overflow check. The poll waits again until its deadline is reached.
  public var nanosecondsOfOneCall: Int64 {
    guard let nanoseconds else { return -1 }
    return Int64(min(nanoseconds, 1_000_000 * 1_000_000_000))
  }
}
