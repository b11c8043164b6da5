import CMioErrors
import CMioWindows
import MioCore
import TestHelpers

@testable import MioWindows

/// Random operations on the sockets of a scripted port, with the required and the forbidden events.
struct AFDScenario: ~Copyable {
  /// A violation of a rule.
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  /// A socket with its source, and the expectations of the contract for its registration.
  private final class Entry {
    let source: ScriptedSource
    var conditions: AFDEvents = []
    var token: Token?
    var asked: AFDEvents = []
    var mode = TriggerMode.edge
    /// The reported events that must not be reported again; always empty for a level-triggered
    /// source.
    var told: AFDEvents = []
    /// The events that count as reported, but may not have been reported.
    var uncertain: AFDEvents = []
    /// Whether the handle was closed without notice.
    var isClosed = false

    init(_ source: ScriptedSource) {
      self.source = source
    }

    /// The events that are reported if the poll could not be made.
    var tried: AFDEvents {
      let directions = asked.intersection([.receive, .send])
      return directions.isEmpty ? asked.intersection(.receiveExpedited) : directions
    }

    /// The events that must be reported.
    var owed: AFDEvents {
      guard token != nil, !isClosed, mode != .oneShot || told.isEmpty else { return [] }
      return conditions.intersection(asked).subtracting(told)
    }
  }

  static let wakerToken: Token = 0
  /// The number of steps with many sockets, before the steps with few.
  static let crowdedSteps = 6000

  private let calls = ScriptedAFD()
  private var scripted: AFDPoll
  private var rooms: [Events<AFDPoll.ScriptedSelector>]
  private let waker: PollWaker
  private let hasFaults: Bool
  private var random: SplitMix64
  private var entries: [Entry] = []
  private var registered: [Token: Entry] = [:]
  private var lastToken: UInt = 0
  private var isWoken = false

  private(set) var mostHelpers = 0
  private(set) var mostSockets = 0
  private(set) var eventCount = 0
  private(set) var errorCount = 0

  init(seed: UInt64, hasFaults: Bool) throws {
    let rooms = try [1, 3, 2048].map { try Events<AFDPoll.ScriptedSelector>(capacity: $0) }
    let scripted = try AFDPoll(calls)
    waker = try scripted.poll.registry.makeWaker(token: Self.wakerToken)
    self.rooms = rooms
    self.scripted = scripted
    self.hasFaults = hasFaults
    random = SplitMix64(seed: seed)
  }

  /// Performs this number of operations, and destroys everything.
  ///
  /// - Returns: The objects that still exist in the system.
  mutating func run(steps: Int) throws -> [String] {
    for step in 0..<steps {
      do {
        try doSomething(isCrowded: step < Self.crowdedSteps)
        if step % 1000 == 999 { try settle() }
      } catch {
        throw Violation(description: "step \(step): \(error)")
      }
      let violations = calls.violations
      if !violations.isEmpty { throw Violation(description: "step \(step): \(violations)") }
      mostHelpers = max(mostHelpers, calls.helperCount)
      mostSockets = max(mostSockets, entries.count)
    }
    while !entries.isEmpty { drop(random.below(entries.count)) }
    recover()
    _ = try poll(2, timeout: .zero)
    var left: [String] = []
    if calls.pollCount != 0 { left.append("\(calls.pollCount) polls are under way") }
    if calls.helperCount > 1 { left.append("\(calls.helperCount) helpers are open") }
    return left
  }

  /// The system calls, which show the remaining objects after the scenario was destroyed.
  var system: ScriptedAFD { calls }
}

// MARK: - Operations

extension AFDScenario {
  private mutating func doSomething(isCrowded: Bool) throws {
    if hasFaults && random.below(20) == 0 { makeFault() }
    let wanted = isCrowded ? 1200 : 40
    switch random.below(20) {
    case 0...4 where entries.count < wanted:
      open()
      if isCrowded { try register(entries[entries.count - 1]) }
    case 0...4 where entries.count > wanted: drop(random.below(entries.count))
    case 0 where !entries.isEmpty: drop(random.below(entries.count))
    case 5...8: try withEntry { try $0.register($1) }
    case 9: try withEntry { try $0.deregister($1) }
    case 10 where random.below(10) == 0: try withEntry { $0.closeSilently($1) }
    case 11...13: try withEntry { $0.change($1) }
    case 14...15: try withEntry { $0.block($1) }
    case 16: wake()
    default:
      let room = random.below(40) == 0 ? 2 : random.below(2)
      _ = try poll(room, timeout: random.below(3) == 0 ? .milliseconds(2) : .zero)
    }
  }

  private mutating func withEntry(
    _ body: (inout AFDScenario, Entry) throws -> Void
  ) throws {
    if entries.isEmpty { return }
    try body(&self, entries[random.below(entries.count)])
  }

  private mutating func open() {
    let entry = Entry(ScriptedSource(calls.open()))
    entries.append(entry)
    change(entry)
  }

  /// Destroys a source before its handle is closed, which is the correct order.
  private mutating func drop(_ position: Int) {
    entries.swapAt(position, entries.count - 1)
    let entry = entries.removeLast()
    if let token = entry.token { registered[token] = nil }
    let handle = entry.source.handle
    entry.source.withRegistration { _, state in state.sourceWillClose() }
    if !entry.isClosed { calls.closeSocket(handle) }
  }

  private mutating func register(_ entry: Entry) throws {
    if entry.isClosed { return }
    let interests: [Interest] = [
      .readable, .writable, [.readable, .writable], [.readable, .writable, .priority],
    ]
    let modes: [TriggerMode] = [.edge, .edge, .edge, .edge, .oneShot, .oneShot, .level]
    let interest = interests[random.below(interests.count)], mode = modes[random.below(modes.count)]
    let token = Token(lastToken + 1)
    do throws(IOError) {
      if entry.token == nil {
        try scripted.poll.registry.register(
          entry.source, token: token, interest: interest, mode: mode)
      } else {
        try scripted.poll.registry.reregister(
          entry.source, token: token, interest: interest, mode: mode)
      }
    } catch {
      try note(error)
      return
    }
    lastToken += 1
    if let old = entry.token { registered[old] = nil }
    registered[token] = entry
    entry.token = token
    entry.asked = AFDEvents(interest)
    entry.mode = mode
    entry.told = []
    entry.uncertain = []
  }

  private mutating func deregister(_ entry: Entry) throws {
    let isRegistered = entry.token != nil
    if let token = entry.token { registered[token] = nil }
    entry.token = nil
    do throws(IOError) {
      try scripted.poll.registry.deregister(entry.source)
      if !isRegistered { throw IOError(.alreadyRegistered, operation: .deregister) }
    } catch {
      if error.kind == .notRegistered && (entry.isClosed || !isRegistered) { return }
      try note(error)
    }
  }

  private mutating func closeSilently(_ entry: Entry) {
    if entry.isClosed { return }
    entry.isClosed = true
    // The handle value must not belong to another socket while the source still exists.
    calls.kernel.withLock { $0.closeSocket(entry.source.handle, isFree: false) }
  }

  private mutating func change(_ entry: Entry) {
    if entry.isClosed { return }
    var conditions: AFDEvents = []
    if random.below(2) == 0 { conditions.insert(.receive) }
    if random.below(2) == 0 { conditions.insert(.send) }
    if random.below(8) == 0 { conditions.insert(.receiveExpedited) }
    if random.below(16) == 0 { conditions.insert(.abort) }
    entry.conditions = conditions
    calls.set(entry.source.handle, conditions.rawValue)
  }

  /// Performs an operation that would block, unless the source is ready in its direction.
  private mutating func block(_ entry: Entry) {
    let direction: Direction = random.below(2) == 0 ? .readable : .writable
    if entry.isClosed || !entry.conditions.isDisjoint(with: [AFDEvents(direction), .failures]) {
      return
    }
    entry.source.block(direction)
    if entry.mode == .edge {
      entry.told.subtract([AFDEvents(direction), .failures])
      entry.uncertain.subtract([AFDEvents(direction), .failures])
    }
  }

  private mutating func wake() {
    do throws(IOError) {
      try waker.wake()
      isWoken = true
    } catch {
      errorCount += 1
    }
  }
}

// MARK: - Faults

extension AFDScenario {
  private mutating func makeFault() {
    switch random.below(10) {
    case 0...3: calls.fail(.submit, with: AFDRefusalTests.refusals[random.below(5)])
    case 4: calls.fail(.post, with: Int32(C_MIO_ENOMEM))
    case 5: calls.fail(.wait, with: Int32(C_MIO_ENOMEM))
    case 6: calls.fail(.openHelper, with: Int32(C_MIO_EMFILE))
    case 7: calls.fail(.makeRequest, with: Int32(C_MIO_ENOMEM))
    case 8:
      let isLate = random.below(2) == 0
      calls.kernel.withLock { kernel in
        kernel.cancelsLate = isLate
        kernel.saysPending.toggle()
      }
    default:
      let status = AFDRefusalTests.refusals[random.below(5)]
      calls.kernel.withLock { kernel in
        if let address = kernel.polls.keys.first { kernel.end(address, status, 0) }
      }
    }
  }

  private func recover() {
    for name in ScriptedAFD.Name.allCases { calls.recover(name) }
    calls.kernel.withLock { $0.cancelsLate = false }
  }

  private mutating func note(_ error: IOError) throws {
    errorCount += 1
    let faults: Set<IOError.Kind> = [.outOfMemory, .tooManyOpenFiles]
    if !hasFaults || !faults.contains(error.kind) { throw error }
  }
}

// MARK: - Polls

extension AFDScenario {
  /// Polls, and checks the reported and the missing events.
  ///
  /// - Returns: The number of events.
  private mutating func poll(_ room: Int, timeout: Duration) throws -> Int {
    let start = calls.now()
    do throws(IOError) {
      try scripted.poll.poll(into: &rooms[room], timeout: timeout)
    } catch {
      try note(error)
      return 0
    }
    let events = Array(rooms[room])
    eventCount += events.count
    if events.isEmpty, timeout != .zero, calls.now() - start < 2_000_000 {
      throw Violation(description: "an empty poll is over early")
    }
    var told: Set<Token> = []
    for event in events {
      if !told.insert(event.token).inserted {
        throw Violation(description: "told twice in one poll: \(event)")
      }
      if event.token == Self.wakerToken {
        if !isWoken && !hasFaults { throw Violation(description: "woken by nobody") }
        isWoken = false
      } else if let entry = registered[event.token] {
        try tell(event, to: entry)
      } else {
        throw Violation(description: "told of a registration that has ended: \(event)")
      }
    }
    if events.count < rooms[room].capacity && !hasFaults { try checkCompleteness(told) }
    return events.count
  }

  /// Checks that a poll with enough capacity has reported every owed event.
  private func checkCompleteness(_ told: Set<Token>) throws {
    if isWoken { throw Violation(description: "a wake is lost") }
    for (token, entry) in registered where !told.contains(token) && !entry.owed.isEmpty {
      throw Violation(description: "the next poll does not tell \(entry.owed) of \(token)")
    }
  }

  private func tell(_ event: Event, to entry: Entry) throws {
    let found: AFDEvents
    if event.readiness.contains(.hangUp) {
      found = .abort
    } else {
      var bits: AFDEvents = []
      if event.readiness.contains(.readable) { bits.insert(.receive) }
      if event.readiness.contains(.writable) { bits.insert(.send) }
      if event.readiness.contains(.priority) { bits.insert(.receiveExpedited) }
      found = bits
    }
    if hasFaults && !found.isEmpty && found == entry.tried {
      // This may be a source that could not be watched. Then no more events are owed, but events
      // may come if it could be watched.
      if entry.mode == .edge { entry.uncertain = entry.asked }
      if entry.mode != .level { entry.told = entry.asked }
      return
    }
    if found.isEmpty || !entry.asked.isSuperset(of: found) {
      throw Violation(description: "told what was not asked for: \(event)")
    }
    switch entry.mode {
    case .level: return
    case .oneShot:
      if !entry.told.isEmpty { throw Violation(description: "a one-shot told twice: \(event)") }
      entry.told = found
    case .edge:
      if !entry.told.subtracting(entry.uncertain).isDisjoint(with: found) {
        throw Violation(description: "an edge told twice: \(event)")
      }
      entry.told.formUnion(found == .abort ? entry.asked : found)
      entry.uncertain.subtract(found == .abort ? entry.asked : found)
    }
  }

  /// Checks, without faults or changes, that all owed events come, and then only levels.
  private mutating func settle() throws {
    recover()
    for _ in 0..<4 { _ = try poll(2, timeout: .milliseconds(2)) }
    for (token, entry) in registered where entry.mode != .level && !entry.owed.isEmpty {
      throw Violation(description: "\(entry.owed) was never told of \(token)")
    }
    let levels = entries.count { $0.mode == .level && !$0.owed.isEmpty }
    let count = try poll(2, timeout: .zero)
    if count != levels {
      throw Violation(description: "\(count) events, and \(levels) levels that hold")
    }
  }
}

extension SplitMix64 {
  /// Returns a random number below the limit.
  fileprivate mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}
