/// Two ends that are connected to each other.
@frozen
public struct ConnectedPair<End: ~Copyable>: ~Copyable {
  /// One end.
  public var first: End
  /// The other end.
  public var second: End

  /// Creates a pair of two ends.
  @inlinable
  public init(first: consuming End, second: consuming End) {
    self.first = first
    self.second = second
  }
}

extension ConnectedPair: Sendable where End: Sendable & ~Copyable {}
