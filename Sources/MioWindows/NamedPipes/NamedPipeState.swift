import CMioWindows
import MioCore

/// The life of one end of a named pipe, as a value: what happens goes in, what is to be done comes out.
///
/// Windows completes operations and tells nothing of readiness. So there is one read under way ahead of
/// the user, one write behind, and one connect, each into or out of memory of the pipe's own; ready is
/// what has come to its end. Whether an operation is under way is said by the call that submits it, and
/// by nothing else.
///
/// It makes no system call, so every order of events can be tried on every machine. The record calls
/// ``nextStep()`` whenever something may have changed, and does what it says.
struct NamedPipeState: Hashable {
  /// What is to be submitted.
  enum Step: Hashable {
    case nothing, connect, read
  }

  /// The port that tells of the ends of operations.
  enum Port: Hashable {
    /// None yet: nothing can be submitted.
    case none
    case bound
    /// Its selector is gone, and a pipe cannot be bound to another.
    case gone
  }

  /// Whether there is somebody at the other end.
  enum Connection: Hashable {
    case none
    /// Somebody is waited for.
    case wanted
    /// There is, or was: reading tells of the end.
    case established
    case failed(Int32)
  }

  /// An operation without a result of its own.
  enum Connecting: Hashable {
    case idle, pending
    /// Under way, but nobody wants its result.
    case abandoned
  }

  enum Reading: Hashable {
    case idle, pending
    /// Under way, but nobody wants its result.
    case abandoned
    /// These bytes of the buffer are unread, and more of the same message may follow.
    case holding(Range<Int>, continues: Bool)
    case failed(Int32)
  }

  enum Writing: Hashable {
    case idle
    /// So many bytes are under way.
    case pending(Int)
    /// Under way, but nobody wants its result.
    case abandoned
    case failed(Int32)
  }

  /// What the user asks to be told.
  struct Registration: Hashable {
    var interest: Interest = []
    /// What is still to be reported.
    var armed: Interest = []
    var mode = TriggerMode.edge
  }

  /// Whether reading keeps the bounds of messages.
  let readsMessages: Bool

  // These are changed by its own methods only.

  var port = Port.none
  var connection: Connection
  var connecting = Connecting.idle
  var reading = Reading.idle
  var writing = Writing.idle
  /// Whether all that was held has been read, so that the next read is to be submitted.
  var readsOn = false
  var registration = Registration()
  /// Whether a packet is on its way that only makes the poller look.
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

  /// Whether nothing is under way: the memory may be freed that the system writes to.
  var isAtRest: Bool {
    connecting == .idle && !isReadUnderWay && !isWriteUnderWay && !isAnnounced
  }
}

// MARK: - Registration

extension NamedPipeState {
  mutating func bind() {
    port = .bound
  }

  /// The selector is gone, or about to go.
  mutating func losePort() {
    port = .gone
  }

  /// The system says that there is somebody, although nobody was waited for.
  mutating func meet() {
    if connection == .none { connection = .established }
  }

  mutating func register(_ interest: Interest, _ mode: TriggerMode) {
    registration = Registration(interest: interest, armed: interest, mode: mode)
  }

  mutating func deregister() {
    registration = Registration()
  }

  /// Takes a change of the registration back.
  mutating func restore(_ previous: Registration) {
    registration = previous
  }

  /// A wait begins: what holds on is to be reported again.
  mutating func beginRound() {
    if registration.mode == .level { registration.armed = registration.interest }
  }

  /// An operation would have blocked, or what was ready has been used up: the next beginning is news.
  mutating func rearm(_ directions: Interest) {
    guard registration.mode == .edge else { return }
    registration.armed.formUnion(directions.intersection(registration.interest))
  }
}

// MARK: - Readiness

extension NamedPipeState {
  private var ready: Interest {
    var ready: Interest = []
    switch reading {
    case .holding, .failed: ready.insert(.readable)
    case .idle, .pending, .abandoned: break
    }
    switch (writing, connection) {
    case (.failed, _), (.idle, .established): ready.insert(.writable)
    default: break
    }
    if case .failed = connection { ready = [.readable, .writable] }
    return ready
  }

  private var news: Interest { registration.armed.intersection(ready) }

  /// Whether the poller must be made to look, for no packet says what is new.
  ///
  /// A packet counts as on its way with this call; ``arriveAnnouncement()`` takes it back.
  mutating func announce() -> Bool {
    guard port == .bound, !isAnnounced, !news.isEmpty else { return false }
    isAnnounced = true
    return true
  }

  /// The announcement's packet has come, or could not be sent.
  mutating func arriveAnnouncement() {
    isAnnounced = false
  }

  /// Takes what is to be reported, `nil` if it is nothing.
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
