/// The times after which a ``ProxyServer`` resets a connection.
public struct ProxyLimits: Sendable {
  /// The time to connect to the upstream.
  public var connect = Duration.seconds(5)

  /// The time in which no byte is relayed.
  public var idle = Duration.seconds(300)

  /// The time in which no byte is relayed, after one side has ended or accepts no more bytes.
  public var halfClosed = Duration.seconds(30)

  /// The time between the end of a connection that was cut and the reset of the other connection.
  ///
  /// Bytes that were already relayed can arrive in this time. The reset destroys the bytes that are
  /// still in transit.
  public var reset = Duration.milliseconds(500)

  /// Creates the limits of a proxy on the internet.
  @inlinable
  public init() {}
}
