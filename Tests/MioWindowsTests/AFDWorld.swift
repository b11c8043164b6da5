import CMioWindows
import MioCore

@testable import MioWindows

/// A socket, the system's side of its poll, and the events that the user has received.
///
/// The value contains the complete state, so that every order of events can be tested.
struct AFDWorld: Hashable {
  private(set) var state = AFDSocketState()

  // The system.
  private var conditions: AFDEvents = .send
  private var pending: AFDEvents?
  private var packet: Packet?
  private var isClosed = false

  // The expectations of the contract for the registration, separate from the state.
  private var interest: Interest = []
  private var mode = TriggerMode.edge
  /// The events that were reported since the registration last requested them.
  private var told: AFDEvents = []

  struct Packet: Hashable {
    let status: Int32
    let events: AFDEvents
    /// Whether the handle now belongs to another socket.
    var isOfAnother = false
  }

  /// The possible moves.
  enum Move: Hashable, CaseIterable {
    case registerReading, registerBoth, registerOneShot, registerLevel
    case deregister, close, reopen
    case dataArrives, dataIsDrained, bufferFills, bufferDrains, peerFinishes, peerResets
    case readBlocks, writeBlocks
    case step, stepIsRefused, stepIsTakenBack, deliver, deliverFailure
  }

  /// A violation of a rule.
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  /// Makes a move, if it is possible, and checks all rules afterwards.
  ///
  /// - Returns: Whether the move was possible.
  mutating func make(_ move: Move) throws(Violation) -> Bool {
    switch move {
    case .registerReading: return register(.readable, .edge)
    case .registerBoth: return register([.readable, .writable], .edge)
    case .registerOneShot: return register([.readable, .writable], .oneShot)
    case .registerLevel: return register([.readable, .writable], .level)
    case .deregister:
      guard state.isRegistered else { return false }
      interest = []
      state.deregister()
    case .close:
      guard !isClosed else { return false }
      isClosed = true
      if pending != nil { finish(C_MIO_STATUS_SUCCESS, .localClose) }
    case .reopen:
      // The contract does not cover a caller that closes a socket and keeps its registration.
      guard isClosed, !state.isRegistered else { return false }
      isClosed = false
      conditions = .send
      packet?.isOfAnother = true
    case .dataArrives: return become(conditions.union(.receive))
    case .dataIsDrained: return become(conditions.subtracting(.receive))
    case .bufferFills: return become(conditions.subtracting(.send))
    case .bufferDrains: return become(conditions.union(.send))
    case .peerFinishes: return become(conditions.union(.disconnect))
    case .peerResets: return become(conditions.union(.abort))
    case .readBlocks:
      return block(.readable, when: [.receive, .disconnect, .abort])
    case .writeBlocks:
      return block(.writable, when: [.send, .abort])
    case .step: try take(state.nextStep())
    case .stepIsRefused: try take(state.nextStep(), refusing: Int32(bitPattern: 0xC000_009A))
    case .stepIsTakenBack:
      switch state.nextStep() {
      case .submit: state.takeBack()
      case let step: try take(step)
      }
    case .deliver: return try deliver { $0.status }
    case .deliverFailure: return try deliver { _ in Int32(bitPattern: 0xC000_0001) }
    }
    return true
  }

  // MARK: The user

  private mutating func register(_ interest: Interest, _ mode: TriggerMode) -> Bool {
    guard !isClosed else { return false }
    self.interest = interest
    self.mode = mode
    told = []
    state.register(interest, mode)
    return true
  }

  /// Performs an operation that would block, unless the socket is ready in its direction.
  private mutating func block(_ direction: Direction, when ready: AFDEvents) -> Bool {
    guard !isClosed, state.isRegistered, conditions.isDisjoint(with: ready) else { return false }
    if mode == .edge { told.subtract([AFDEvents(direction), .failures]) }
    state.rearm(direction)
    return true
  }

  // MARK: The system

  private mutating func become(_ new: AFDEvents) -> Bool {
    // A reset is permanent.
    guard new != conditions, !isClosed, !conditions.contains(.abort) else { return false }
    conditions = new
    if let asked = pending, !asked.isDisjoint(with: new) {
      finish(C_MIO_STATUS_SUCCESS, asked.intersection(new))
    }
    return true
  }

  private mutating func finish(_ status: Int32, _ events: AFDEvents) {
    pending = nil
    packet = Packet(status: status, events: events)
  }

  private mutating func take(
    _ step: AFDSocketState.Step, refusing refusal: Int32? = nil
  ) throws(Violation) {
    switch step {
    case .nothing: break
    case .cancel:
      // A poll that has ended keeps its packet.
      if let asked = pending { finish(C_MIO_STATUS_CANCELLED, asked) }
    case .submit(let asked):
      if pending != nil || packet != nil { throw Violation(description: "two polls at a time") }
      if asked.isDisjoint(with: .failures) {
        throw Violation(description: "a poll that a reset does not end")
      }
      // The queue posts a packet for a refused poll.
      if isClosed || refusal != nil {
        finish(refusal ?? C_MIO_STATUS_INVALID_HANDLE, asked)
      } else if asked.isDisjoint(with: conditions) {
        pending = asked
      } else {
        finish(C_MIO_STATUS_SUCCESS, asked.intersection(conditions))
      }
    }
    if state.isAtRest && (pending != nil || packet != nil) {
      throw Violation(description: "memory is freed that the system writes to")
    }
  }

  private mutating func deliver(_ status: (Packet) -> Int32) throws(Violation) -> Bool {
    guard let packet else { return false }
    self.packet = nil
    let status = status(packet)
    switch state.complete(status, packet.events) {
    case .news(let events):
      if packet.isOfAnother { throw Violation(description: "told of another socket") }
      try report(events)
    case .refused(let events):
      // All requested events are reported, even those that were reported before.
      if mode != .level { told = [] }
      try report(events)
      told.formUnion(AFDEvents(interest))
    case .again:
      let step = state.nextStep()
      guard case .submit = step else { throw Violation(description: "nothing to ask again") }
      try take(step)
    case .nothing: break
    }
    return true
  }

  // MARK: The rules

  private mutating func report(_ events: AFDEvents) throws(Violation) {
    if interest.isEmpty { throw Violation(description: "told without a registration") }
    if events.isEmpty { throw Violation(description: "told nothing") }
    if !AFDEvents(interest).isSuperset(of: events) {
      throw Violation(description: "told what was not asked for")
    }
    if mode == .oneShot, !told.isEmpty { throw Violation(description: "a one-shot told twice") }
    if mode == .edge, !told.isDisjoint(with: events) {
      throw Violation(description: "an edge told twice")
    }
    told.formUnion(events)
    // After the end of both directions no more events are owed.
    if !events.isDisjoint(with: .failures) { told.formUnion(AFDEvents(interest)) }
  }

  /// Lets all operations end, and checks that all owed events were reported.
  func checkSettling() throws(Violation) {
    var world = self
    if mode == .level { world.told = [] }
    for _ in 0..<4 {
      _ = try world.make(.step)
      _ = try world.make(.deliver)
    }
    if !world.state.isRegistered && !world.state.isAtRest {
      throw Violation(description: "it never comes to rest")
    }
    guard world.state.isRegistered, !world.isClosed else { return }
    let owed = world.conditions.intersection(AFDEvents(interest))
    switch mode {
    case .edge, .level:
      if !world.told.isSuperset(of: owed) { throw Violation(description: "something was not told") }
    case .oneShot:
      if !owed.isEmpty, world.told.isEmpty { throw Violation(description: "nothing was told") }
    }
  }
}
