import MioCore
import Testing

struct TimeTests {
  private let origin = Instant(nanoseconds: 1_000)

  static let durations: [(Duration, UInt64)] = [
    (.zero, 0), (.nanoseconds(1), 1), (.nanoseconds(-1), 0),
    (.milliseconds(5), 5_000_000), (.seconds(18), 18_000_000_000),
    (.seconds(19), 19_000_000_000), (.seconds(3600), 3_600_000_000_000),
    (.seconds(Int64.min), 0), (.nanoseconds(Int64.max), UInt64(Int64.max)),
    (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
    (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 1),
    (Duration(secondsComponent: 0, attosecondsComponent: 1_000_000_000), 1),
    (Duration(secondsComponent: 0, attosecondsComponent: 1_000_000_001), 2),
    (Duration(secondsComponent: 100, attosecondsComponent: 1), 100_000_000_001),
  ]

  @Test(arguments: durations)
  func `a duration is converted to nanoseconds, rounded up`(
    _ duration: Duration, _ nanoseconds: UInt64
  ) {
    #expect(origin.advanced(by: duration).nanoseconds == 1_000 + nanoseconds)
  }

  @Test
  func `an instant beyond the range of the clock is the last instant`() {
    let last = Instant(nanoseconds: .max)
    #expect(origin.advanced(by: .seconds(Int64.max)) == last)
    #expect(last.advanced(by: .nanoseconds(1)) == last)
  }

  @Test
  func `the difference of two instants is the duration between them, with its sign`() {
    let later = Instant(nanoseconds: 5_000_000_001_000)
    #expect(origin.duration(to: later) == .seconds(5000))
    #expect(later - origin == .seconds(5000))
    #expect(origin - later == .seconds(-5000))
    #expect(origin + .nanoseconds(7) == Instant(nanoseconds: 1_007))
    #expect(origin - origin == .zero)
    let all = Instant.never - Instant(nanoseconds: 0)
    #expect(all == .nanoseconds(Int64.max) + .nanoseconds(Int64.max) + .nanoseconds(1))
    #expect(Instant(nanoseconds: 0) + all == .never)
  }

  @Test
  func `no conversion makes a duration shorter`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100_000 {
      let attoseconds =
        Int128(truncatingIfNeeded: UInt64.random(in: 0 ... .max, using: &generator))
        << Int128(Int.random(in: 0...40, using: &generator))
      let nanoseconds = Instant(nanoseconds: 0)
        .advanced(by: Duration(attoseconds: attoseconds)).nanoseconds
      let exact = attoseconds / 1_000_000_000
      #expect(nanoseconds == .max || Int128(nanoseconds) - exact <= 1)
      #expect(nanoseconds == .max || Int128(nanoseconds) * 1_000_000_000 >= attoseconds)
    }
  }

  @Test
  func `a wait time has a number of nanoseconds, or no limit`() {
    #expect(WaitTime.forever.nanoseconds == nil)
    #expect(WaitTime.none.nanoseconds == 0)
    #expect(WaitTime(nanoseconds: 7).nanoseconds == 7)
    #expect(WaitTime(nanoseconds: .max) == .forever)
  }
}
