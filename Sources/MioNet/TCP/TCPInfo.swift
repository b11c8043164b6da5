import CMioSocket
import MioCore

/// The state and the measurements of a TCP connection, as the system reports them.
///
/// A value is `nil` if the system does not report it:
///
/// | | Linux | Apple's systems | FreeBSD, NetBSD | OpenBSD | Windows |
/// | --- | --- | --- | --- | --- | --- |
/// | ``roundTripTime`` | yes | in milliseconds | yes | yes | yes |
/// | ``roundTripVariation``, ``retransmissionTimeout`` | yes | in milliseconds | yes | yes | |
/// | ``shortestRoundTripTime`` | 4.6 | | | | yes |
/// | ``segmentSize``, ``congestionWindow`` | yes | yes | yes | yes | yes |
/// | ``peerWindow`` | 5.4 | yes | yes | | yes |
/// | ``retransmittedSegments`` | yes | yes | yes | | |
/// | ``unacknowledgedSegments`` | yes | | | | |
/// | ``unsentBytes`` | 4.6 | | | | |
///
/// - SeeAlso: `TCP_INFO` in `tcp(7)`, Apple `TCP_CONNECTION_INFO`, Windows `SIO_TCP_INFO`.
public struct TCPInfo: Hashable, Sendable {
  /// A state of a connection (RFC 9293, section 3.3.2).
  public enum State: UInt8, Sendable {
    /// Not connected.
    case closed
    /// A listener.
    case listening
    /// Connecting: the peer has not answered.
    case synSent
    /// Connecting: this side has answered the request of the peer.
    case synReceived
    /// Connected.
    case established
    /// The peer has ended its direction.
    case closeWait
    /// This side has ended its direction, and the peer has not acknowledged it.
    case finWait1
    /// Both sides have ended their direction, and the peer has not acknowledged it.
    case closing
    /// This side has ended its direction after the peer, and the peer has not acknowledged it.
    case lastAck
    /// This side has ended its direction, the peer has acknowledged it, and has not ended its own.
    case finWait2
    /// Both directions have ended, and the system waits for packets that are still in the network.
    case timeWait
  }

  /// The state of the connection.
  public let state: State

  /// The smoothed time that the peer takes to answer.
  public let roundTripTime: Duration?

  /// The variation of the round-trip time.
  public let roundTripVariation: Duration?

  /// The shortest recent time in which the peer has answered.
  public let shortestRoundTripTime: Duration?

  /// The time without an acknowledgement after which the system retransmits a segment.
  public let retransmissionTimeout: Duration?

  /// The maximum number of bytes of one segment to the peer.
  public let segmentSize: Int?

  /// The maximum number of bytes that congestion control allows in flight.
  ///
  /// Linux counts segments. The value is their number multiplied by the segment size.
  public let congestionWindow: Int?

  /// The number of bytes that the peer is ready to receive, by its last advertisement.
  public let peerWindow: Int?

  /// The total number of retransmitted segments.
  public let retransmittedSegments: Int?

  /// The number of segments in flight: sent and not acknowledged.
  public let unacknowledgedSegments: Int?

  /// The number of bytes that were written and not sent yet.
  public let unsentBytes: Int?

  init(_ record: c_mio_tcp_info) {
    state = State(rawValue: UInt8(truncatingIfNeeded: record.state)) ?? .closed
    roundTripTime = TCPInfo.time(record.round_trip_time)
    roundTripVariation = TCPInfo.time(record.round_trip_variation)
    shortestRoundTripTime = TCPInfo.time(record.shortest_round_trip)
    retransmissionTimeout = TCPInfo.time(record.retransmission_timeout)
    segmentSize = TCPInfo.number(record.segment_size)
    congestionWindow = TCPInfo.number(record.congestion_window)
    peerWindow = TCPInfo.number(record.peer_window)
    retransmittedSegments = TCPInfo.number(record.retransmissions)
    unacknowledgedSegments = TCPInfo.number(record.unacknowledged)
    unsentBytes = TCPInfo.number(record.unsent)
  }

  private static func number(_ value: Int64) -> Int? { value < 0 ? nil : Int(clamping: value) }

  private static func time(_ microseconds: Int64) -> Duration? {
    microseconds < 0 ? nil : .microseconds(microseconds)
  }
}

extension Socket where Self: ~Copyable, Address == SocketAddress {
  /// The state and the measurements of the connection.
  ///
  ///     if let time = try stream.tcpInfo.roundTripTime { … }
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` for a socket that is not a TCP socket, and
  ///   on systems that do not report them.
  /// - SeeAlso: `TCP_INFO` in `tcp(7)`.
  public var tcpInfo: TCPInfo {
    get throws(IOError) {
      var record = c_mio_tcp_info()
      try unsafe IOError.check(c_mio_get_tcp_info(descriptor.rawValue, &record), .getOption)
      return TCPInfo(record)
    }
  }
}
