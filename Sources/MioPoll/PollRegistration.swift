import CMioPoll
import MioCore

/// A source that is watched.
struct PollRegistration {
  let descriptor: Int32
  private let identity: c_mio_poll_identity
  unowned let record: PollRecord

  /// Another one for each change, and never zero: answers to a question from before are none to this.
  var serial: UInt64

  private(set) var token: Token
  private var asked: UInt16
  private var mode: TriggerMode

  /// What is still asked for.
  ///
  /// Edges: what was reported is not asked for again until an operation would block, or the source is
  /// registered anew.
  private var armed: UInt16

  /// Whether the system is asked at all.
  ///
  /// It answers errors and hang-ups to every question, so after the first such answer none is asked until
  /// an operation would block.
  private var isWatched = true

  init(
    _ descriptor: Int32, _ identity: c_mio_poll_identity, _ record: PollRecord, serial: UInt64,
    token: Token, interest: Interest, mode: TriggerMode
  ) {
    self.descriptor = descriptor
    self.identity = identity
    self.record = record
    self.serial = serial
    self.token = token
    self.mode = mode
    asked = interest.pollBits
    armed = asked
  }

  /// Whether it is the same file that was registered: a number may have got another one.
  func stands(for other: c_mio_poll_identity) -> Bool {
    other.is_new == 0 && identity.device == other.device && identity.file == other.file
  }

  mutating func replace(serial: UInt64, token: Token, interest: Interest, mode: TriggerMode) {
    self.serial = serial
    self.token = token
    self.mode = mode
    asked = interest.pollBits
    armed = asked
    isWatched = true
  }

  /// The question to the system.
  var entry: c_mio_poll_entry {
    c_mio_poll_entry(descriptor: isWatched ? descriptor : -1, asked: armed, found: 0)
  }

  /// Takes the system's answer.
  ///
  /// - Returns: What to report, `nil` if it is nothing.
  mutating func take(_ found: UInt16) -> Event? {
    if found & C_MIO_POLL_INVALID != 0 {
      // Somebody closed the descriptor behind the source's back: nothing more can be said of it.
      isWatched = false
      return nil
    }
    let failed = found & (C_MIO_POLL_ERROR | C_MIO_POLL_HANG_UP) != 0
    // Nothing that was asked for blocks after a hang-up; and after an error a source may go on, as a UDP
    // socket does. The system gives the same answer until somebody takes it, or for ever, so nothing is
    // asked before: now what was asked for has to be tried. A bare error says so by itself.
    let readiness =
      failed && found != C_MIO_POLL_ERROR
      ? found | armed & (C_MIO_POLL_READABLE | C_MIO_POLL_WRITABLE) : found
    switch mode {
    case .level: break
    case .oneShot: isWatched = false
    case .edge:
      if failed { armed = 0 } else { disarm(found) }
      isWatched = !failed
    }
    return Event(token: token, readiness: Event.Readiness(rawValue: readiness))
  }

  private mutating func disarm(_ found: UInt16) {
    if found & (C_MIO_POLL_READABLE | C_MIO_POLL_READ_CLOSED) != 0 {
      armed &= ~(C_MIO_POLL_READABLE | C_MIO_POLL_READ_CLOSED)
    }
    armed &= ~found
  }

  /// An operation would have blocked: its direction is asked for again.
  ///
  /// - Returns: Whether that changes the question.
  mutating func rearm(_ direction: Direction) -> Bool {
    guard mode == .edge else { return false }
    let bits =
      switch direction {
      case .readable: asked & ~C_MIO_POLL_WRITABLE
      case .writable: asked & C_MIO_POLL_WRITABLE
      }
    // Without a bit to ask for, the system still answers errors and hang-ups.
    guard bits & ~armed != 0 || !isWatched else { return false }
    armed |= bits
    isWatched = true
    return true
  }
}

extension c_mio_poll_entry {
  /// No question: the system passes over it.
  static var none: c_mio_poll_entry { c_mio_poll_entry(descriptor: -1, asked: 0, found: 0) }
}

extension Interest {
  /// The bits that ask for this interest.
  fileprivate var pollBits: UInt16 {
    var bits: UInt16 = 0
    if contains(.readable) { bits |= C_MIO_POLL_READABLE | C_MIO_POLL_READ_CLOSED }
    if contains(.writable) { bits |= C_MIO_POLL_WRITABLE }
    if contains(.priority) { bits |= C_MIO_POLL_PRIORITY }
    return bits
  }
}
