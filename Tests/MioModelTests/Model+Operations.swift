import MioCore

extension Model {
  /// Checks the outcome of an operation that `allows` permits, and changes the state accordingly.
  mutating func apply(_ operation: Operation, _ outcome: Outcome) throws(Disagreement) {
    switch operation {
    case .open, .openSocket, .openWriter, .duplicate, .accept:
      try applyOpening(operation, outcome)
      passOnNews()
    case .close, .reset, .abandon, .listen, .connect, .refuse, .shutdown:
      try applyToFile(operation, outcome)
      passOnNews()
    case .read, .readPieces, .readDescriptors, .write, .writePieces, .sendDescriptor, .sendUrgently,
      .receiveUrgently, .takeError, .finishConnect:
      try applyIO(operation, outcome)
      passOnNews()
    case .meetPolls(let place, _):
      try checkRecords(outcome)
      places[place]?.registration = nil
      encounters.note(.manyPolls)
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

  private mutating func applyOpening(
    _ operation: Operation, _ outcome: Outcome
  ) throws(Disagreement) {
    switch operation {
    case .open(let kind, let first, let second):
      let file = kernel.open(kind)
      try put(outcome, [first, second], [file, file + 1], isBorrowed: kind == .borrowed)
    case .openSocket(let kind, let place):
      try put(outcome, [place], [kernel.openSocket(kind)], isBorrowed: false)
    case .openWriter(let place, let other):
      guard let source = places[place] else { return }
      if kernel.files[source.file].isFinished { encounters.note(.writerThatCame) }
      try put(outcome, [other], [kernel.openWriter(of: source.file)], isBorrowed: false)
    case .duplicate(let place, let other):
      guard let source = places[place] else { return }
      kernel.duplicate(source.file)
      try put(outcome, [other], [source.file], isBorrowed: source.isBorrowed)
    case .accept(let place, let other):
      guard let source = places[place] else { return }
      guard let connection = kernel.accept(source.file) else {
        encounters.note(.blockedAccept)
        places[place]?.registration?.rearm([.readable, .priority])
        return try expect(outcome, .blocked)
      }
      encounters.note(.acceptedConnection)
      try put(outcome, [other], [connection], isBorrowed: false)
    default: break
    }
  }

  private mutating func applyToFile(
    _ operation: Operation, _ outcome: Outcome
  ) throws(Disagreement) {
    switch operation {
    case .close(let place), .reset(let place), .abandon(let place):
      try expect(outcome, .done)
      close(place, operation)
    case .shutdown(let place, let directions):
      guard let source = places[place] else { return }
      try kernel.shutDown(source.file, directions, outcome)
    case .listen(let place):
      guard let source = places[place] else { return }
      try expect(outcome, .done)
      kernel.listen(source.file)
      places[place]?.registration?.rearm(.all)
    case .connect(let place, let other):
      guard let source = places[place], let listener = places[other] else { return }
      try expect(outcome, .done)
      kernel.connect(source.file, to: listener.file)
      encounters.note(.connection)
      places[place]?.registration?.rearm(.all)
    case .refuse(let place):
      guard let source = places[place] else { return }
      try expect(outcome, .done)
      kernel.refuse(source.file)
      places[place]?.registration?.rearm(.all)
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

  /// Checks that a source keeps at most one record for each selector, and one more of a destroyed
  /// selector.
  private func checkRecords(_ outcome: Outcome) throws(Disagreement) {
    let selectors = Set(registries.compactMap { $0 }).count
    guard case .records(let count) = outcome, count <= selectors + 1 else {
      throw Disagreement("\(outcome), with \(selectors) selectors")
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

  /// Applies the changes of files to the registrations of these files.
  private mutating func passOnNews() {
    for (file, news) in kernel.takeNews() {
      for place in places.indices where places[place]?.file == file {
        if news == .arrival { places[place]?.registration?.meetArrival() }
        if news == .end || latitude.edgesTellEverything {
          places[place]?.registration?.hasNews = true
        }
      }
    }
  }
}
