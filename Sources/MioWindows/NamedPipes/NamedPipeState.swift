import CMioWindows
import MioCore

/// The state of one end of a named pipe, as a value.
///
/// Windows completes operations and does not report readiness. The state therefore allows one read
/// ahead of the user, one write behind the user, and one connect. Each uses memory of the pipe
/// itself. A direction is ready when its operation has ended. Only the call that submits an
/// operation determines whether the operation is in progress.
///
/// The value makes no system call, so every order of calls and results can be tested on every
/// machine. The record calls ``nextStep()`` whenever the state may have changed, and performs the
/// step.
struct NamedPipeState: Hashable {
  /// An operation to submit.
  enum Step: Hashable {
    case nothing, connect, read
  }

  /// The state of the port that reports the ends of operations.
  enum Port: Hashable {
    /// There is no port yet, so nothing can be submitted.
    case none
    case bound
    /// The selector no longer exists, and a pipe cannot be bound to another port.
    case gone
  }

  /// The state of the connection to the peer.
  enum Connection: Hashable {
    case none
    /// The user waits for a client.
    case wanted
    /// A peer is connected, or was connected; a read reports the end.
    case established
    case failed(Int32)
  }

  /// The state of the connect, whose result is stored in the connection.
  enum Connecting: Hashable {
    case idle, pending
    /// The operation is in progress, but its result is not wanted any more.
    case abandoned
  }

  enum Reading: Hashable {
    case idle, pending
    /// The operation is in progress, but its result is not wanted any more.
    case abandoned
    /// These bytes of the buffer are unread, and more bytes of the same message may follow.
    case holding(Range<Int>, continues: Bool)
    case failed(Int32)
  }

  enum Writing: Hashable {
    case idle
    /// A write of this number of bytes is in progress.
    case pending(Int)
    /// The operation is in progress, but its result is not wanted any more.
    case abandoned
    case failed(Int32)
  }

  /// The events that the user requests.
  struct Registration: Hashable {
    var interest: Interest = []
    /// The directions that have not been reported yet.
    var armed: Interest = []
    var mode = TriggerMode.edge
  }

  /// Whether reads keep the boundaries of messages.
  let readsMessages: Bool

  // Only the methods of this type change these properties.

  var port = Port.none
  var connection: Connection
  var connecting = Connecting.idle
  var reading = Reading.idle
  var writing = Writing.idle
  /// Whether all held bytes have been read, so that the next read must be submitted.
  var readsOn = false
  var registration = Registration()
  /// Whether a packet is in the port whose only purpose is to make the poller look.
  var isAnnounced = false
  var isClosed = false

  init(isConnected: Bool, readsMessages: Bool) {
    connection = isConnected ? .established : .none
    self.readsMessages = readsMessages
  }

  var isRegistered: Bool { !registration.interest.isEmpty }

  var isReadUnderWay: Bool { reading == .pending || reading == .abandoned }

  var isWriteUnderWay: Bool {
    switch writing {
    case .pending, .abandoned: true
    case .idle, .failed: false
    }
  }

  /// Whether no operation is in progress, so that the memory that the system writes to can be
  /// freed.
  var isAtRest: Bool {
    connecting == .idle && !isReadUnderWay && !isWriteUnderWay && !isAnnounced
  }
}

// MARK: - Registration

extension NamedPipeState {
  mutating func bind() {
    port = .bound
  }

  /// Records that the selector no longer exists, or is about to be destroyed.
  mutating func losePort() {
    port = .gone
  }

  /// Records that the system reports a peer although the user did not wait for one.
  mutating func meet() {
    connection = .established
  }

  mutating func register(_ interest: Interest, _ mode: TriggerMode) {
    registration = Registration(interest: interest, armed: interest, mode: mode)
  }

  mutating func deregister() {
    registration = Registration()
  }

  /// Undoes a change of the registration.
  mutating func restore(_ previous: Registration) {
    registration = previous
  }

  /// Applies the start of a wait: a level-triggered registration reports lasting readiness again.
  mutating func beginRound() {
    if registration.mode == .level { registration.armed = registration.interest }
  }

  /// Arms directions after an operation would have blocked, or after ready bytes were used up.
  mutating func rearm(_ directions: Interest) {
    guard registration.mode == .edge else { return }
    registration.armed.formUnion(directions.intersection(registration.interest))
  }
}

// MARK: - Readiness

extension NamedPipeState {
  private var ready: Interest {
    if case .failed = connection { return [.readable, .writable] }
    let isReadable =
      switch reading {
      case .holding, .failed: true
      case .idle, .pending, .abandoned: false
      }
    let isWritable =
      switch (writing, connection) {
      case (.failed, _), (.idle, .established): true
      default: false
      }
    let readable: Interest = isReadable ? .readable : []
    return isWritable ? readable.union(.writable) : readable
  }

  private var news: Interest { registration.armed.intersection(ready) }

  /// Returns whether the poller must be made to look, because no packet reports the events.
  ///
  /// The packet counts as sent with this call; ``arriveAnnouncement()`` undoes this.
  mutating func announce() -> Bool {
    guard !isAnnounced, !news.isEmpty else { return false }
    isAnnounced = true
    return true
  }

  /// Records that the packet of the announcement has arrived, or could not be sent.
  mutating func arriveAnnouncement() {
    isAnnounced = false
  }

  /// Takes the readiness to report, or returns `nil` if there is none.
  mutating func takeNews() -> Event.Readiness? {
    let news = news
    if news.isEmpty { return nil }
    if registration.mode == .oneShot {
      registration.armed = []
    } else {
      registration.armed.subtract(news)
    }
    var readiness: Event.Readiness = []
    if news.contains(.readable) { readiness.insert(.readable) }
    if news.contains(.writable) { readiness.insert(.writable) }
    if news.contains(.readable), case .failed(let code) = reading {
      readiness.insert(code == NamedPipeCode.brokenPipe ? .hangUp : .error)
    }
    if case .failed = connection { readiness.insert(.error) }
    if news.contains(.writable), case .failed = writing { readiness.insert(.error) }
    return readiness
  }
}
