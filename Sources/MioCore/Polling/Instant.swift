/// A point on the monotonic clock of a selector, in nanoseconds.
///
/// Real selectors count from an arbitrary moment, usually the machine's start; the mock's clock is
/// virtual. Instants of different kinds of selector have nothing to do with each other.
@frozen
public struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the clock's origin.
  public let nanoseconds: UInt64

  /// The last instant, which never comes.
  @inlinable
  public static var never: Instant { Instant(nanoseconds: .max) }

  /// Creates an instant from nanoseconds since the clock's origin.
  @inlinable
  public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// Whether the first comes before the second.
  @inlinable
  public static func < (lhs: Instant, rhs: Instant) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// The instant that is `duration` later, rounded up to a nanosecond.
  ///
  /// What lies beyond the clock's range (585 years) is the last instant; a duration of zero or less
  /// gives this instant.
  @inlinable
  public func advanced(by duration: Duration) -> Instant {
    advanced(byNanoseconds: duration.nanosecondsRoundedUp)
  }

  /// How long it is from this instant to `other`; negative when `other` comes before this instant.
  @inlinable
  public func duration(to other: Instant) -> Duration {
    if other >= self { return Duration(nanoseconds: other.nanoseconds - nanoseconds) }
    return .zero - Duration(nanoseconds: nanoseconds - other.nanoseconds)
  }

  /// The instant that is `duration` later, as ``advanced(by:)``.
  @inlinable
  public static func + (lhs: Instant, rhs: Duration) -> Instant {
    lhs.advanced(by: rhs)
  }

  /// How long it is from `rhs` to `lhs`, as ``duration(to:)``.
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

  /// Whole nanoseconds, rounded up; zero for a negative duration, `UInt64.max` when too large.
  ///
  /// Durations up to 18 seconds take one 64-bit division; comparing with `Duration.zero` or taking
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
    let attoseconds = attoseconds
    if attoseconds <= 0 { return 0 }
    let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return UInt64(clamping: rest == 0 ? whole : whole + 1)
  }
}
