import CMioSocket
import MioCore

/// What the system knows of a TCP connection.
///
/// Each is `nil` where the system does not tell it:
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
  /// How far a connection has come (RFC 9293, section 3.3.2).
  public enum State: UInt8, Sendable {
    /// Not connected.
    case closed
    /// A listener.
    case listening
    /// Connecting: the peer has not answered.
    case synSent
    /// Connecting: the peer asked, and has been answered.
    case synReceived
    /// Connected.
    case established
    /// The peer has finished.
    case closeWait
    /// This side has finished, and the peer does not know yet.
    case finWait1
    /// Both sides have finished, and the peer does not know yet.
    case closing
    /// This side has finished after the peer, which does not know yet.
    case lastAck
    /// This side has finished, and the peer has not.
    case finWait2
    /// Over: what is still on its way is waited for.
    case timeWait
  }

  /// How far the connection has come.
  public let state: State

  /// How long the peer takes to answer, smoothed.
  public let roundTripTime: Duration?

  /// How much that varies.
  public let roundTripVariation: Duration?

  /// The shortest time in which the peer has answered, lately.
  public let shortestRoundTripTime: Duration?

  /// After which time without an answer something is sent again.
  public let retransmissionTimeout: Duration?

  /// How many bytes one segment to the peer has at most.
  public let segmentSize: Int?

  /// How many bytes may be on their way by the rules of congestion control.
  ///
  /// Linux counts segments: this is their number by their size.
  public let congestionWindow: Int?

  /// How many bytes the peer has said that it has room for.
  public let peerWindow: Int?

  /// How many segments were sent again, all in all.
  public let retransmittedSegments: Int?

  /// How many segments are on their way: sent, and not acknowledged.
  public let unacknowledgedSegments: Int?

  /// How many bytes were written and not sent yet.
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
  /// What the system knows of the connection.
  ///
  ///     if let time = try stream.tcpInfo.roundTripTime { … }
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` for what is not TCP's, and where the system has no such
  ///   thing.
  /// - SeeAlso: `TCP_INFO` in `tcp(7)`.
  public var tcpInfo: TCPInfo {
    get throws(IOError) {
      var record = c_mio_tcp_info()
      let result = unsafe c_mio_get_tcp_info(descriptor.rawValue, &record)
      if result < 0 { try IOError.raise(result, .getOption) }
      return TCPInfo(record)
    }
  }
}
