/// A point on the monotonic clock of a selector, in nanoseconds.
///
/// The origin of a real selector's clock is arbitrary, usually the start of the machine. The clock
/// of the mock is virtual. Instants of different kinds of selector cannot be compared.
@frozen
public struct Instant: Hashable, Comparable, Sendable {
  /// The number of nanoseconds since the clock's origin.
  public let nanoseconds: UInt64

  /// The last instant, which is never reached.
  @inlinable
  public static var never: Instant { Instant(nanoseconds: .max) }

  /// Creates an instant from the number of nanoseconds since the clock's origin.
  @inlinable
  public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// Returns whether the first instant is earlier than the second.
  @inlinable
  public static func < (lhs: Instant, rhs: Instant) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// Returns the instant that is later by `duration`, rounded up to a nanosecond.
  ///
  /// The result is ``never`` if it exceeds the range of the clock (585 years). A duration of zero
  /// or less returns this instant.
  @inlinable
  public func advanced(by duration: Duration) -> Instant {
    advanced(byNanoseconds: duration.nanosecondsRoundedUp)
  }

  /// Returns the duration from this instant to `other`, negative if `other` is earlier.
  @inlinable
  public func duration(to other: Instant) -> Duration {
    Duration(nanoseconds: other.nanoseconds) - Duration(nanoseconds: nanoseconds)
  }

  /// Returns the instant that is later by a duration, as ``advanced(by:)``.
  @inlinable
  public static func + (lhs: Instant, rhs: Duration) -> Instant {
    lhs.advanced(by: rhs)
  }

  /// Returns the duration from `rhs` to `lhs`, as ``duration(to:)``.
  @inlinable
  public static func - (lhs: Instant, rhs: Instant) -> Duration {
    rhs.duration(to: lhs)
  }

  @inlinable
  func advanced(byNanoseconds nanoseconds: UInt64) -> Instant {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return Instant(nanoseconds: overflow ? .max : sum)
  }
}

extension Duration {
  @inlinable
  init(nanoseconds: UInt64) {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    self = .seconds(Int64(seconds)) + .nanoseconds(Int64(rest))
  }

  /// The duration in nanoseconds, rounded up.
  ///
  /// It is zero for a negative duration, and `UInt64.max` if the duration is too large. A duration
  /// up to 18 seconds takes one 64-bit division. A comparison with `Duration.zero` or a call of
  /// `components` would cost more than the rest of a poll (`Docs/Performance.md`).
  @inlinable
  @inline(__always)
  var nanosecondsRoundedUp: UInt64 {
    guard let attoseconds = UInt64(exactly: attoseconds) else { return slowNanosecondsRoundedUp }
    let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest == 0 ? whole : whole + 1
  }

  @inline(never)
  @usableFromInline
  var slowNanosecondsRoundedUp: UInt64 {
    let attoseconds = max(0, attoseconds)
    let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return UInt64(clamping: rest == 0 ? whole : whole + 1)
  }
}
