import MioCore
import MioTestSupport
import TestHelpers

/// An echo server with groups of connections and an idle timeout.
///
/// A test can add a mistake to it.
///
/// The first byte of a connection is its group. If a connection ends, the other connections of its
/// group are closed. Group 0 is no group.
struct EchoUnderTest: ~Copyable {
  /// A mistake that servers are known to make.
  enum Mistake: CaseIterable {
    /// After a write that would block, the server does not wait for the stream to become writable.
    case unarmedWrite
    /// The server reads once for each event, although more bytes may have arrived.
    case singleRead
    /// The server mistakes the end of a peer's data for a read that would block.
    case lostHalfClose
    /// A new connection gets the token of a connection that was closed in the same turn.
    case reusedToken
    /// The timer is not set again after it has expired.
    case unarmedTimer
  }

  static let address = SimulatedAddress("server", port: 7)
  static let idleTimeout = Duration.seconds(2)
  static let listenerToken: Token = 0

  private let mistake: Mistake?
  private let listener: SimulatedListener
  private var poll: Poll<CheckedSelector<SimulatedSelector>>
  private var events: Events<CheckedSelector<SimulatedSelector>>
  private var sessions: [EchoSession] = []
  private var lastToken: UInt = 0
  private var mustAccept = false
  private var hasTimerExpired = false

  init(_ mistake: Mistake? = nil) throws(IOError) {
    let listener = try SimulatedListener(port: Self.address.port)
    let poll = try Poll<CheckedSelector<SimulatedSelector>>()
    try poll.registry.register(listener, token: Self.listenerToken, interest: .readable)
    events = try Events(capacity: 8)
    self.mistake = mistake
    self.listener = listener
    self.poll = poll
  }

  /// Serves without an end.
  mutating func run() throws(IOError) {
    while true { try turn(until: nextDeadline) }
  }

  /// Handles what is ready now, without waiting.
  mutating func turn() throws(IOError) { try turn(until: poll.now) }

  private mutating func turn(until deadline: Instant) throws(IOError) {
    try poll.poll(into: &events, until: deadline)
    if mustAccept { try accept() }
    for event in events {
      if event.token == Self.listenerToken {
        try accept()
      } else if let session = sessions.first(where: { $0.token == event.token }) {
        serve(session, event)
      }
    }
    closeIdle()
  }

  /// The time at which the server must run again even without an event.
  var nextDeadline: Instant {
    if mustAccept { return poll.now.advanced(by: .milliseconds(1)) }
    if mistake == .unarmedTimer && hasTimerExpired { return .never }
    return sessions.map(\.deadline).min() ?? .never
  }
}

// MARK: - Connections

extension EchoUnderTest {
  private mutating func accept() throws(IOError) {
    mustAccept = false
    do throws(IOError) {
      while let stream = try listener.accept() {
        let session = EchoSession(
          stream, makeToken(), deadline: poll.now.advanced(by: Self.idleTimeout))
        sessions.append(session)
        try poll.registry.register(
          session.stream, token: session.token,
          interest: mistake == .unarmedWrite ? .readable : [.readable, .writable])
      }
    } catch {
      guard error.kind == .tooManyOpenFiles else { throw error }
      mustAccept = true
    }
  }

  private mutating func makeToken() -> Token {
    if mistake == .reusedToken {
      return (1...).lazy.map { Token(UInt($0)) }.first { token in
        !sessions.contains { $0.token == token }
      } ?? 0
    }
    lastToken += 1
    return Token(lastToken)
  }

  private mutating func serve(_ session: EchoSession, _ event: Event) {
    session.deadline = poll.now.advanced(by: Self.idleTimeout)
    if event.isReadClosed { session.hasPeerFinished = true }
    if (try? session.serve(mistake)) ?? true { close(session) }
  }

  private mutating func close(_ session: EchoSession) {
    sessions.removeAll {
      $0 === session || (session.group ?? 0 != 0 && $0.group == session.group)
    }
  }

  private mutating func closeIdle() {
    let now = poll.now
    if let idle = sessions.first(where: { $0.deadline <= now }) {
      hasTimerExpired = true
      close(idle)
    }
  }
}

/// A connection of ``EchoUnderTest``.
final class EchoSession {
  let stream: SimulatedStream
  let token: Token
  var deadline: Instant
  var hasPeerFinished = false
  private(set) var group: UInt8?
  private var pending: [UInt8] = []

  init(_ stream: consuming SimulatedStream, _ token: Token, deadline: Instant) {
    self.stream = stream
    self.token = token
    self.deadline = deadline
  }

  /// Sends back all bytes that have arrived.
  ///
  /// - Returns: Whether the connection is over.
  func serve(_ mistake: EchoUnderTest.Mistake?) throws(IOError) -> Bool {
    while true {
      if pending.isEmpty {
        guard let bytes = try stream.receive(upTo: 50) else { return hasPeerFinished }
        if bytes.isEmpty { return mistake != .lostHalfClose }
        group = group ?? bytes[0]
        pending = bytes
      }
      let bytes = pending
      guard let count = try stream.write(bytes.span) else { return false }
      pending.removeFirst(count)
      if mistake == .singleRead && pending.isEmpty { return false }
    }
  }
}
