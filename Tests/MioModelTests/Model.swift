import MioCore

/// What the contract promises of registries, sources, wakers and polls, as a state machine.
///
/// It is told each operation with its outcome, and throws a `Disagreement` if the contract does not allow
/// that outcome. It knows nothing of any system's queue.
struct Model {
  /// What the contract leaves to a selector.
  struct Latitude {
    /// Whatever is new makes an edge tell all that holds, drained or not.
    ///
    /// If not, a direction is told once, and again after it would have blocked; only the end of a source
    /// comes uncalled.
    var edgesTellEverything: Bool
    /// The signal of a wake may take the room of one event, in one poll.
    var signalsTakeRoom: Bool
  }

  /// A source that a place holds.
  struct Source {
    let file: Int
    let number: Int32
    let isBorrowed: Bool
    var registration: Registration?
  }

  /// Somebody who waits for a token.
  struct Waker {
    let selector: Int
    let token: Token
  }

  /// What polls owe.
  struct PendingWake {
    let selector: Int
    let token: Token
    /// For how many polls there was no room.
    var patience = 0
  }

  /// A registration whose descriptor was closed behind its back.
  ///
  /// The system may take another file of that number for it, until that one is registered itself.
  struct Orphan {
    let selector: Int
    let token: Token
    let number: Int32
  }

  static let placeCount = 8
  static let wakerCount = 3
  /// After how many polls with room for one event everybody had a turn.
  static let turnCount = 32
  /// The first registries are those of the polls.
  static let pollCount = 2
  static let duplicates = pollCount..<4
  static let registryCount = duplicates.upperBound

  let latitude: Latitude
  var kernel = Kernel()
  var places = [Source?](repeating: nil, count: placeCount)
  var wakers = [Waker?](repeating: nil, count: wakerCount)
  var pendingWakes: [PendingWake] = []
  /// The selectors that may still have to be told of a wake by the system.
  var signaled: Set<Int> = []
  var orphans: [Orphan] = []
  /// Which selector each registry belongs to.
  var registries: [Int?] = [0, 1, nil, nil]
  var encounters = Encounters()
  private var lastSelector = 1
  private var lastToken: UInt = 0

  init(_ latitude: Latitude) {
    self.latitude = latitude
  }

  /// The token of the next registration, or waker.
  ///
  /// No token is used twice, so that an event that comes too late is known. Tokens are words of all
  /// kinds.
  var nextToken: Token { Token(lastToken &* 0x9E37_79B9_7F4A_7C15) }

  func isAlive(_ selector: Int) -> Bool {
    registries.contains(selector)
  }

  func file(at place: Int) -> File? {
    places[place].map { kernel.files[$0.file] }
  }

  func peer(at place: Int) -> File? {
    file(at: place).map { kernel.files[$0.peer] }
  }
}

// MARK: - What makes sense

extension Model {
  /// Whether the operation makes sense now.
  func allows(_ operation: Operation) -> Bool {
    switch operation {
    case .open(_, let first, let second):
      first != second && places[first] == nil && places[second] == nil
    case .duplicate(let place, let other): places[place] != nil && places[other] == nil
    case .close(let place): places[place] != nil
    case .read(let place, _), .drain(let place):
      file(at: place).map { $0.kind != .sender } ?? false
    case .fill(let place):
      // A TCP stream that is full makes room when it likes.
      file(at: place).map { $0.kind != .receiver && $0.kind != .tcp } ?? false
    case .reset(let place): file(at: place)?.kind == .tcp
    case .abandon(let place):
      places[place]?.isBorrowed == true && file(at: place)?.holders == 1
    case .write(let place, let count): allowsWriting(place, count)
    case .shutdown(let place, let directions):
      switch file(at: place)?.kind {
      case .unix: true
      // What arrives when reading is shut down is a matter of its own.
      case .tcp: directions == .write
      default: false
      }
    case .sendUrgently(let place): allowsUrgency(place)
    case .register(let place, _, _, let registry), .reregister(let place, _, _, let registry),
      .deregister(let place, let registry), .registerTwin(let place, let registry):
      places[place] != nil && registries[registry] != nil
    case .duplicateRegistry(let registry, let other):
      registries[registry] != nil && registries[other] == nil
    case .dropRegistry(let registry): registries[registry] != nil
    case .replacePoll, .poll, .takeTurns: true
    case .makeWaker(let waker, let registry): wakers[waker] == nil && registries[registry] != nil
    case .wake(let waker), .dropWaker(let waker): wakers[waker] != nil
    }
  }

  private func allowsWriting(_ place: Int, _ count: Int) -> Bool {
    guard let file = file(at: place), let peer = peer(at: place) else { return false }
    return switch file.kind {
    case .receiver: false
    case .tcp: peer.inbound + count <= 32 * 1024
    default: true
    }
  }

  private func allowsUrgency(_ place: Int) -> Bool {
    guard let file = file(at: place), let peer = peer(at: place), file.kind == .tcp else {
      return false
    }
    return !file.isShut && !file.isReset && peer.holders > 0 && peer.urgentPosition == nil
  }

  /// The registry by which a source has to be deregistered before it is closed: the system would go on
  /// to watch what a duplicate stands for, or what is closed behind the back of its source.
  func registryToDeregister(_ place: Int) -> Int? {
    guard let source = places[place], let registration = source.registration,
      source.isBorrowed || kernel.files[source.file].holders > 1
    else { return nil }
    return registries.firstIndex(of: registration.selector)
  }
}

// MARK: - Operations

extension Model {
  /// Goes on to the state after an operation that makes sense.
  mutating func apply(_ operation: Operation, _ outcome: Outcome) throws(Disagreement) {
    switch operation {
    case .open, .duplicate, .close, .reset, .abandon, .read, .write, .shutdown, .sendUrgently:
      try applyToFile(operation, outcome)
      passOnNews()
    case .register, .reregister, .deregister, .registerTwin:
      try applyToRegistration(operation, outcome)
    case .poll(let poll, let capacity, _):
      guard case .events(let events) = outcome else { throw Disagreement("\(outcome)") }
      try check(events, of: poll, capacity: capacity)
    default:
      try expect(outcome, .done)
      applyToSelectors(operation)
    }
  }

  private mutating func applyToFile(
    _ operation: Operation, _ outcome: Outcome
  ) throws(Disagreement) {
    switch operation {
    case .open(let kind, let first, let second):
      let file = kernel.open(kind)
      try put(outcome, [first, second], [file, file + 1], isBorrowed: kind == .borrowed)
    case .duplicate(let place, let other):
      guard let source = places[place] else { return }
      kernel.duplicate(source.file)
      try put(outcome, [other], [source.file], isBorrowed: source.isBorrowed)
    case .close(let place), .reset(let place), .abandon(let place):
      try expect(outcome, .done)
      close(place, operation)
    case .read(let place, let count):
      guard let source = places[place] else { return }
      try kernel.read(source.file, upTo: count, outcome)
      if outcome == .blocked { places[place]?.registration?.rearm([.readable, .priority]) }
      encounters.noteOutcome(outcome, on: kernel.files[source.file])
    case .write(let place, let count):
      guard let source = places[place] else { return }
      try kernel.write(source.file, count, outcome)
      if outcome == .blocked { places[place]?.registration?.rearm(.writable) }
      encounters.noteOutcome(outcome, on: kernel.files[source.file])
    case .shutdown(let place, let directions):
      guard let source = places[place] else { return }
      try kernel.shutDown(source.file, directions, outcome)
    case .sendUrgently(let place):
      guard let source = places[place] else { return }
      try expect(outcome, .bytes(1))
      kernel.sendUrgently(source.file)
    default: break
    }
  }

  private mutating func put(
    _ outcome: Outcome, _ holders: [Int], _ files: [Int], isBorrowed: Bool
  ) throws(Disagreement) {
    guard case .opened(let numbers) = outcome, numbers.count == files.count else {
      throw Disagreement("\(outcome), and not open")
    }
    for (index, place) in holders.enumerated() {
      encounters.noteNumber(numbers[index])
      places[place] = Source(file: files[index], number: numbers[index], isBorrowed: isBorrowed)
    }
  }

  private mutating func close(_ place: Int, _ operation: Operation) {
    guard let source = places[place] else { return }
    if case .abandon = operation, let registration = source.registration {
      orphans.append(
        Orphan(
          selector: registration.selector, token: registration.token, number: source.number))
      encounters.note(.orphan)
    }
    if source.registration != nil { encounters.note(.closedWhileRegistered) }
    var isReset = false
    if case .reset = operation { isReset = kernel.files[source.file].holders == 1 }
    kernel.close(source.file, resetting: isReset)
    places[place] = nil
    restartPatience()
  }

  private mutating func applyToSelectors(_ operation: Operation) {
    switch operation {
    case .duplicateRegistry(let registry, let other): registries[other] = registries[registry]
    case .dropRegistry(let registry): registries[registry] = nil
    case .replacePoll(let poll):
      lastSelector += 1
      let old = registries[poll]
      pendingWakes.removeAll { $0.selector == old }
      registries[poll] = lastSelector
    case .makeWaker(let waker, let registry):
      wakers[waker] = registries[registry].map { Waker(selector: $0, token: takeToken()) }
    case .wake(let waker): wake(waker)
    case .dropWaker(let waker): wakers[waker] = nil
    default: break
    }
  }

  private mutating func wake(_ waker: Int) {
    guard let waker = wakers[waker] else { return }
    guard registries[..<Model.pollCount].contains(waker.selector) else {
      return encounters.note(.wakeAfterPoll)
    }
    signaled.insert(waker.selector)
    if pendingWakes.contains(where: { $0.token == waker.token }) {
      encounters.note(.coalescedWake)
    } else {
      pendingWakes.append(PendingWake(selector: waker.selector, token: waker.token))
    }
  }

  mutating func takeToken() -> Token {
    defer { lastToken += 1 }
    return nextToken
  }

  /// Tells registrations what happened to their files.
  private mutating func passOnNews() {
    for (file, news) in kernel.news where news == .end || latitude.edgesTellEverything {
      for place in places.indices where places[place]?.file == file {
        places[place]?.registration?.hasNews = true
      }
    }
    kernel.forgetNews()
  }
}
