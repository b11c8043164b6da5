import CMioSocket
import MioCore

/// Two ends that are connected with each other.
@frozen
public struct SocketPair<End: ~Copyable>: ~Copyable {
  /// One end.
  public var first: End
  /// The other.
  public var second: End

  /// Creates a pair of two ends.
  @inlinable
  public init(first: consuming End, second: consuming End) {
    self.first = first
    self.second = second
  }
}

extension SocketPair: Sendable where End: Sendable & ~Copyable {}

extension SocketPair where End == OwnedSource {
  /// Creates two Unix sockets that are connected with each other.
  init(creating kind: SocketKind) throws(IOError) {
    var ends = [0, 0]
    let result = unsafe c_mio_create_pair(kind.record.type, &ends)
    if result < 0 { try IOError.raise(result, .create) }
    self.init(
      first: OwnedSource(owning: Descriptor(rawValue: ends[0])),
      second: OwnedSource(owning: Descriptor(rawValue: ends[1])))
  }
}
