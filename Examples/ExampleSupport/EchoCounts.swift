/// The number of connections that were accepted, and of bytes that were echoed on those that ended.
public struct EchoCounts: Sendable, Equatable, CustomStringConvertible {
  /// The number of connections.
  public var connections = 0

  /// The number of bytes.
  public var bytes = 0

  /// Creates the counts of a server that has not served.
  @inlinable
  public init() {}

  /// Adds the counts of another server.
  public static func += (sum: inout EchoCounts, counts: EchoCounts) {
    sum.connections += counts.connections
    sum.bytes += counts.bytes
  }

  /// The counts in words.
  public var description: String { "served \(connections) connections, \(bytes) bytes" }
}
