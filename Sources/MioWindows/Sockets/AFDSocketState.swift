import CMioWindows
import MioCore

/// The status of a socket's poll.
///
/// A socket has at most one poll. Two polls of one socket take each other's results. A poll in
/// progress cannot be changed, only cancelled. A cancelled poll ends with its packet, as every
/// other poll does.
enum AFDPollStatus: Hashable {
  /// There is no poll.
  case idle
  /// A poll for these events is in progress.
  case pending(AFDEvents)
  /// A poll was cancelled, and its packet has not arrived yet.
  case cancelled
}

/// The state of a registered socket and its poll, as a value.
///
/// The mutating methods apply the calls of the user and the results of the system. ``nextStep()``
/// returns the next step to perform on the poll. The value makes no system call, so every order of
/// calls and results can be tested on every machine. The selector calls ``nextStep()`` whenever the
/// state may have changed, and performs the step.
struct AFDSocketState: Hashable {
  /// A step to perform on the socket's poll.
  enum Step: Hashable {
    case nothing
    case submit(AFDEvents)
    case cancel
  }

  /// The result of a poll's packet.
  enum Answer: Hashable {
    /// Events to report.
    case news(AFDEvents)
    /// The directions for the caller to try, because the system could not make the poll.
    ///
    /// The refusal contains no information about the socket.
    case refused(AFDEvents)
    /// The packet has no information about the armed events.
    ///
    /// The next poll must be submitted at once, because these events may already be ready.
    case again
    case nothing
  }

  private(set) var status = AFDPollStatus.idle

  /// The events that the registration requests; empty without a registration.
  private var asked: AFDEvents = []

  /// The events that have not been reported yet.
  private var armed: AFDEvents = []

  private var mode = TriggerMode.edge

  /// Whether the poll in progress was made for a registration that has ended.
  ///
  /// The poll's handle may belong to another socket.
  private var isOutdated = false

  /// Whether the socket is registered.
  private(set) var isRegistered = false

  /// Whether no more events can happen, so that the memory of the poll can be freed.
  var isAtRest: Bool { !isRegistered && status == .idle }
}

// MARK: - Calls of the user

extension AFDSocketState {
  /// Applies a registration or a reregistration.
  mutating func register(_ interest: Interest, _ mode: TriggerMode) {
    asked = AFDEvents(interest)
    armed = asked
    self.mode = mode
    isRegistered = true
  }

  /// Applies a deregistration, or the close of the socket.
  mutating func deregister() {
    asked = []
    armed = []
    isRegistered = false
    isOutdated = status != .idle
  }

  /// Arms a direction again after an operation would have blocked.
  mutating func rearm(_ direction: Direction) {
    guard mode == .edge else { return }
    // A failure can be temporary, such as an ICMP error of UDP. Another failure must be reported.
    armed.formUnion(asked.intersection([AFDEvents(direction), .failures, .localClose]))
  }
}

// MARK: - Results of the system

extension AFDSocketState {
  /// Returns the next step to perform.
  ///
  /// The step counts as done with this call; ``takeBack()`` undoes a submission.
  mutating func nextStep() -> Step {
    switch status {
    case .idle:
      if armed.isEmpty { return .nothing }
      status = .pending(armed)
      return .submit(armed)
    case .pending(let events):
      // Additional events do no harm: the result is compared with the events that are armed then.
      if !isOutdated && events.isSuperset(of: armed) { return .nothing }
      status = .cancelled
      return .cancel
    case .cancelled:
      return .nothing
    }
  }

  /// Undoes a poll that could not be submitted, and for which no packet will arrive.
  mutating func takeBack() {
    status = .idle
    isOutdated = false
  }

  /// Applies the packet of the poll.
  mutating func complete(_ status: Int32, _ found: AFDEvents) -> Answer {
    let isOutdated = isOutdated
    takeBack()
    if isOutdated { return armed.isEmpty ? .nothing : .again }
    switch status {
    case C_MIO_STATUS_SUCCESS: return report(found)
    // With these statuses, the events of the packet are the requested events.
    case C_MIO_STATUS_CANCELLED, C_MIO_STATUS_HANDLES_CLOSED:
      return armed.isEmpty ? .nothing : .again
    case C_MIO_STATUS_TIMEOUT: return .nothing
    default: return fail(status)
    }
  }

  private mutating func report(_ found: AFDEvents) -> Answer {
    if found.contains(.localClose) {
      // The socket was closed without notice. Its handle value may belong to another socket.
      deregister()
      return .nothing
    }
    let news = found.intersection(armed)
    if news.isEmpty { return armed.isEmpty || found.isEmpty ? .nothing : .again }
    switch mode {
    case .level: break
    case .oneShot: armed = []
    case .edge:
      armed.subtract(news.isDisjoint(with: .failures) ? news : asked)
    }
    return .news(news)
  }

  /// Applies the failure of a poll.
  ///
  /// A failure is reported once, or at every poll for level-triggered registrations, so that an
  /// operation shows the state of the socket. An invalid handle is not reported.
  private mutating func fail(_ status: Int32) -> Answer {
    if status == C_MIO_STATUS_INVALID_HANDLE {
      deregister()
      return .nothing
    }
    if armed.isEmpty { return .nothing }
    if mode != .level { armed = [] }
    let directions = asked.intersection([.receive, .send])
    return .refused(directions.isEmpty ? asked.intersection(.receiveExpedited) : directions)
  }
}
