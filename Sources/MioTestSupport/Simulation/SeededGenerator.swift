/// A generator of random numbers that depend only on a seed, and not on the machine or the system.
///
/// The algorithm is SplitMix64.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - seed: The seed that determines the numbers.
  ///   - stream: A number that distinguishes independent generators with the same seed.
  public init(seed: UInt64, stream: UInt64 = 0) {
    state = seed
    for _ in 0..<2 { state = next() ^ stream }
  }

  /// Creates a generator whose state has as many random bits as its numbers need.
  init(state: UInt64) {
    self.state = state
  }

  /// Returns the next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// Returns a number that is at least 0 and less than `bound`, or 0 if `bound` is less than 1.
  ///
  /// It does not use the algorithm of the standard library, which may change.
  public mutating func below(_ bound: Int) -> Int {
    if bound <= 1 { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Returns whether an event with this probability happens.
  public mutating func happens(_ probability: Double) -> Bool {
    Double(next() >> 11) < probability * 0x1p53
  }

  /// Returns a number from 1 to `bound`.
  mutating func part(of bound: Int) -> Int { 1 + below(bound) }

  /// Returns a duration in this range, with a resolution of one nanosecond.
  public mutating func duration(in range: ClosedRange<Duration>) -> Duration {
    let span = (range.upperBound - range.lowerBound) / .nanoseconds(1)
    return range.lowerBound + .nanoseconds(below(Int(span) + 1))
  }
}
