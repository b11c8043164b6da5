import MioCore

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
      let old = registries[poll]
      pendingWakes.removeAll { $0.selector == old }
      registries[poll] = selectorCount
      selectorCount += 1
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
