import CMioPoll
import MioCore

/// The registration of a source.
struct PollRegistration {
  let descriptor: Int32
  private let identity: c_mio_poll_identity
  unowned let record: PollRecord

  /// A number that each change replaces, and that is never zero.
  ///
  /// The result of an earlier entry has another serial, and is dropped.
  var serial: UInt64

  private(set) var token: Token
  private var asked: UInt16
  private var mode: TriggerMode

  /// The conditions that are still queried.
  ///
  /// With edges, a reported condition is not queried again until an operation would block or the
  /// source is reregistered.
  private var armed: UInt16

  /// Whether the system is queried at all.
  ///
  /// The system returns errors and hang-ups for every entry. So after the first of them the source
  /// is not queried until an operation would block.
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

  /// Returns whether the registration is for this file.
  ///
  /// The number of the descriptor may belong to another file now.
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

  /// The entry to pass to the system.
  var entry: c_mio_poll_entry {
    c_mio_poll_entry(descriptor: isWatched ? descriptor : -1, asked: armed, found: 0)
  }

  /// Takes the result of the system.
  ///
  /// - Returns: The event to report, or `nil` if there is none.
  mutating func take(_ found: UInt16) -> Event? {
    if found & C_MIO_POLL_INVALID != 0 {
      // Other code has closed the descriptor, and no further results are meaningful.
      isWatched = false
      return nil
    }
    let failed = found & (C_MIO_POLL_ERROR | C_MIO_POLL_HANG_UP) != 0
    // After a hang-up, the watched operations do not block. After an error a source may continue,
    // as a UDP socket does. The system returns the same result until the error is taken, or
    // indefinitely. So it is not queried until then, and the event reports all watched operations,
    // which the program has to try. A bare error already implies this.
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

  /// Queries a direction again, because an operation would have blocked.
  ///
  /// - Returns: Whether the entry changes.
  mutating func rearm(_ direction: Direction) -> Bool {
    guard mode == .edge else { return false }
    let bits =
      switch direction {
      case .readable: asked & ~C_MIO_POLL_WRITABLE
      case .writable: asked & C_MIO_POLL_WRITABLE
      }
    // Even without bits, the system returns errors and hang-ups.
    guard bits & ~armed != 0 || !isWatched else { return false }
    armed |= bits
    isWatched = true
    return true
  }
}

extension c_mio_poll_entry {
  /// An empty entry, which the system ignores.
  static var none: c_mio_poll_entry { c_mio_poll_entry(descriptor: -1, asked: 0, found: 0) }
}

extension Interest {
  /// The bits of this interest.
  fileprivate var pollBits: UInt16 {
    var bits: UInt16 = 0
    if contains(.readable) { bits |= C_MIO_POLL_READABLE | C_MIO_POLL_READ_CLOSED }
    if contains(.writable) { bits |= C_MIO_POLL_WRITABLE }
    if contains(.priority) { bits |= C_MIO_POLL_PRIORITY }
    return bits
  }
}
