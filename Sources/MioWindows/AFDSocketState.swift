import CMioWindows
import MioCore

/// What a socket's poll is doing.
///
/// There is one at most: two polls of one socket swallow each other's answers, and one that is under way
/// cannot be changed, only cancelled. A cancelled one ends with its packet as any other.
enum AFDPollStatus: Hashable {
  /// There is none.
  case idle
  /// One is under way, for these events.
  case pending(AFDEvents)
  /// One was cancelled, and its packet has not come yet.
  case cancelled
}

/// The life of a registered socket, as a value: what happens goes in, what is to be done comes out.
///
/// It makes no system call, so every order of events can be tried on every machine. The selector calls
/// ``nextStep()`` whenever something may have changed, and does what it says.
struct AFDSocketState: Hashable {
  /// What is to be done to the socket's poll.
  enum Step: Hashable {
    case nothing
    case submit(AFDEvents)
    case cancel
  }

  /// What a poll's packet comes to.
  enum Answer: Hashable {
    /// Something to report.
    case news(AFDEvents)
    /// The system could not make it, which is no news of the socket: these directions are to be tried.
    case refused(AFDEvents)
    /// It says nothing of what is wanted now: the next poll is to be made at once, for that may be so
    /// already.
    case again
    case nothing
  }

  private(set) var status = AFDPollStatus.idle

  /// What the registration asks for; empty when there is none.
  private var asked: AFDEvents = []

  /// What is still to be reported.
  private var armed: AFDEvents = []

  private var mode = TriggerMode.edge

  /// Whether the poll under way was made for a registration that has ended: its handle may stand for
  /// another socket by now.
  private var isOutdated = false

  /// Whether the socket is registered.
  private(set) var isRegistered = false

  /// Whether nothing will happen any more: its memory may be freed, which a poll writes to.
  var isAtRest: Bool { !isRegistered && status == .idle }
}

// MARK: - What the user does

extension AFDSocketState {
  /// It is registered, or registered anew.
  mutating func register(_ interest: Interest, _ mode: TriggerMode) {
    asked = AFDEvents(interest)
    armed = asked
    self.mode = mode
    isRegistered = true
  }

  /// It is deregistered, or closed.
  mutating func deregister() {
    asked = []
    armed = []
    isRegistered = false
    isOutdated = status != .idle
  }

  /// An operation would have blocked: its direction is to be reported again.
  mutating func rearm(_ direction: Direction) {
    guard mode == .edge, isRegistered else { return }
    // A failure can be over, as an ICMP error of UDP is: another one is news.
    armed.formUnion(asked.intersection([AFDEvents(direction), .failures, .localClose]))
  }
}

// MARK: - What the system does

extension AFDSocketState {
  /// What to do now.
  ///
  /// Submitting counts as done with this call; ``takeBack()`` undoes it.
  mutating func nextStep() -> Step {
    switch status {
    case .idle:
      if armed.isEmpty { return .nothing }
      status = .pending(armed)
      return .submit(armed)
    case .pending(let events):
      // More than is asked for does no harm: the answer is compared with what is armed then.
      if !isOutdated && events.isSuperset(of: armed) { return .nothing }
      status = .cancelled
      return .cancel
    case .cancelled:
      return .nothing
    }
  }

  /// The poll could not be submitted after all, and no packet will come: it is as before.
  mutating func takeBack() {
    status = .idle
    isOutdated = false
  }

  /// The poll's packet has come.
  mutating func complete(_ status: Int32, _ found: AFDEvents) -> Answer {
    let isOutdated = isOutdated
    takeBack()
    if isOutdated { return armed.isEmpty ? .nothing : .again }
    switch status {
    case C_MIO_STATUS_SUCCESS: return report(found)
    // With these the events are those that were asked for.
    case C_MIO_STATUS_CANCELLED, C_MIO_STATUS_HANDLES_CLOSED:
      return armed.isEmpty ? .nothing : .again
    case C_MIO_STATUS_TIMEOUT: return .nothing
    default: return fail(status)
    }
  }

  private mutating func report(_ found: AFDEvents) -> Answer {
    if found.contains(.localClose) {
      // Somebody closed it without a word; another socket may have the handle's value already.
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

  /// A poll that fails is reported, once except by level, so that an operation tells what is so; a handle that
  /// is none is not.
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
