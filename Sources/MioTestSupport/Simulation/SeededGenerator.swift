/// Numbers that a seed decides, the same on every machine and system.
///
/// The algorithm is SplitMix64.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - seed: What decides the numbers.
  ///   - stream: Tells generators of one seed apart that must not disturb each other.
  public init(seed: UInt64, stream: UInt64 = 0) {
    state = seed
    for _ in 0..<2 { state = next() ^ stream }
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number from 0 to below `bound`, 0 if there is none.
  ///
  /// It does not rely on the standard library's algorithm, which may change.
  public mutating func below(_ bound: Int) -> Int {
    if bound <= 1 { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Whether something happens that has this probability.
  public mutating func happens(_ probability: Double) -> Bool {
    Double(next() >> 11) < probability * 0x1p53
  }

  /// A duration between two, to the nanosecond.
  public mutating func duration(in range: ClosedRange<Duration>) -> Duration {
    let span = (range.upperBound - range.lowerBound) / .nanoseconds(1)
    return range.lowerBound + .nanoseconds(below(Int(span) + 1))
  }
}
