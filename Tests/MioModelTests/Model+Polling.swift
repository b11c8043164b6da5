import MioCore

extension Model {
  /// Whether the next poll must not be empty.
  func owesEvents(_ poll: Int) -> Bool {
    pendingWakes.contains { $0.selector == registries[poll] }
      || places.indices.contains { !owed(to: $0, by: poll).isEmpty }
  }

  /// Returns the readiness that a poll must report for a source.
  private func owed(to place: Int, by poll: Int) -> Debt {
    guard let registration = places[place]?.registration, let file = file(at: place),
      registration.selector == registries[poll]
    else { return Debt() }
    return registration.owed(
      of: ready(place, .yes), hasError: file.hasError && latitude.leavesErrors)
  }

  /// Returns the directions for which the answer is at least this one.
  private func ready(_ place: Int, _ answer: Answer) -> Interest {
    guard let file = file(at: place), let peer = peer(at: place) else { return [] }
    var directions: Interest = []
    for (direction, holds) in [
      (Interest.readable, file.isReadable), (.writable, file.isWritable(to: peer)),
      (.priority, file.hasPriority),
    ] where holds == .yes || holds == answer {
      directions.insert(direction)
    }
    return directions
  }

  mutating func check(
    _ events: [Event], of poll: Int, capacity: Int
  ) throws(Disagreement) {
    if events.count > capacity {
      throw Disagreement("\(events.count) events, with room for \(capacity)")
    }
    let isComplete = hasRoomLeft(poll, events.count, capacity)
    var told: Set<Int> = []
    for event in events {
      if let place = places.firstIndex(where: { isSource($0, of: event, poll) }) {
        if !told.insert(place).inserted { throw Disagreement("twice in one poll: \(event)") }
        try check(event, of: place, poll, isWhole: isComplete || latitude.recordsPerSource == 1)
      } else if let wake = pendingWakes.firstIndex(where: { isWake($0, event, poll) }) {
        pendingWakes.remove(at: wake)
        encounters.note(.wake)
      } else if !orphans.contains(where: { isOrphan($0, event, poll) }) {
        throw Disagreement("nobody is registered so: \(event)")
      }
    }
    if isComplete {
      try checkComplete(poll, told)
    } else {
      encounters.note(.fullPoll)
      try checkPatience(poll, told)
    }
    if !latitude.leavesErrors { doubtErrors(poll) }
  }

  private mutating func hasRoomLeft(_ poll: Int, _ count: Int, _ capacity: Int) -> Bool {
    guard let selector = registries[poll] else { return false }
    let taken = count + (count > 0 ? hiddenRecords(selector, count) : 0)
    if taken < capacity - 1 {
      signaled.remove(selector)
      return true
    }
    let isTaken = latitude.signalsTakeRoom && count > 0 && signaled.contains(selector)
    return taken < capacity && !isTaken
  }

  /// Returns the number of records that may have taken space without their own event.
  ///
  /// These are records that were merged with another record, records of one-shot registrations that
  /// were already reported, and records that report no urgent data.
  private func hiddenRecords(_ selector: Int, _ count: Int) -> Int {
    let registrations = places.compactMap { $0?.registration }.filter { $0.selector == selector }
    let spent = registrations.count { $0.isSpent }
    let exceptions = registrations.count {
      latitude.recordsPerSource > 2 && $0.interest.contains(.priority)
    }
    return (latitude.recordsPerSource - 1) * (count + spent) + exceptions
  }

  /// Records that the selector may have taken the errors of its sources, whether it reported them
  /// or not.
  private mutating func doubtErrors(_ poll: Int) {
    for source in places {
      guard let source, source.registration?.selector == registries[poll] else { continue }
      if kernel.files[source.file].mayFail { kernel.files[source.file].isErrorDoubtful = true }
    }
  }

  private func isSource(_ source: Source?, of event: Event, _ poll: Int) -> Bool {
    guard let registration = source?.registration else { return false }
    return registration.token == event.token && registration.selector == registries[poll]
  }

  private func isWake(_ wake: PendingWake, _ event: Event, _ poll: Int) -> Bool {
    wake.token == event.token && wake.selector == registries[poll]
      && event.readiness == .readable
  }

  private func isOrphan(_ orphan: Orphan, _ event: Event, _ poll: Int) -> Bool {
    orphan.token == event.token && orphan.selector == registries[poll]
  }
}

// MARK: - One event

extension Model {
  private mutating func check(
    _ event: Event, of place: Int, _ poll: Int, isWhole: Bool
  ) throws(Disagreement) {
    guard let registration = places[place]?.registration, let file = file(at: place) else { return }
    let owed = owed(to: place, by: poll)
    if !owed.isPaid(by: event) {
      if isWhole { throw Disagreement("\(owed) is owed: \(event)") }
      encounters.note(.splitEvent)
    }
    if !event.directions.isSubset(of: ready(place, .maybe)) {
      throw Disagreement("not ready: \(event)")
    }
    if registration.isSpent { throw Disagreement("a second shot: \(event)") }
    if registration.mode == .edge { try checkEdge(event, registration, place) }
    try checkHints(event, registration, file)
    encounters.noteEvent(event, owed, registration)
    places[place]?.registration?.settle(
      event.directions, isError: event.isError, isPart: !isWhole)
  }

  /// Requires that an edge is reported only if something is new.
  private func checkEdge(
    _ event: Event, _ registration: Registration, _ place: Int
  ) throws(Disagreement) {
    guard let file = file(at: place) else { return }
    let armed = registration.tellable.intersection(ready(place, .maybe))
    // TCP sends acknowledgements at any time, and they count as news as well.
    let hasNews = registration.hasNews || latitude.edgesTellEverything && file.kind == .tcp
    let hasNewError = file.hasError && registration.tellsErrors
    if armed.isEmpty && !hasNews && !hasNewError { throw Disagreement("nothing is new: \(event)") }
    let isOver = file.isHungUp || file.mayFail
    if !latitude.edgesTellEverything, !isOver,
      !event.directions.isSubset(of: registration.tellable)
    {
      throw Disagreement("only \(registration.tellable) is armed: \(event)")
    }
  }

  private func checkHints(
    _ event: Event, _ registration: Registration, _ file: File
  ) throws(Disagreement) {
    let known: Event.Readiness = [
      .readable, .writable, .priority, .error, .hangUp, .readClosed, .writeClosed,
    ]
    let tellsReading = event.isReadable && registration.interest.contains(.readable)
    let tellsWriting = event.isWritable && registration.interest.contains(.writable)
    let isSplit = latitude.hintsAreOfDirections
    let mayReadClose =
      file.isFinished || file.isReset || file.isHungUp || isSplit && file.mayFail
    let mustReadClose =
      file.isHungUp && (!isSplit || tellsReading) || file.isFinished && tellsReading
    let mayWriteClose = file.isHungUp || file.mayFail || isSplit && file.isShut
    let mustWriteClose = file.isHungUp && (!isSplit || tellsWriting)
    guard !event.readiness.isEmpty, event.readiness.isSubset(of: known),
      !event.isError || file.mayFail,
      !event.isReadClosed || mayReadClose, event.isReadClosed || !mustReadClose,
      !event.isWriteClosed || mayWriteClose, event.isWriteClosed || !mustWriteClose
    else { throw Disagreement("false hints: \(event), of \(file)") }
  }
}

extension Event {
  var directions: Interest {
    var directions: Interest = []
    if isReadable { directions.insert(.readable) }
    if isWritable { directions.insert(.writable) }
    if isPriority { directions.insert(.priority) }
    return directions
  }
}

// MARK: - Missing events

extension Model {
  /// Requires that all due events were reported, because the poll had free capacity.
  private mutating func checkComplete(_ poll: Int, _ told: Set<Int>) throws(Disagreement) {
    for place in places.indices where !told.contains(place) {
      let owed = owed(to: place, by: poll)
      if !owed.isEmpty { throw Disagreement("\(owed) of place \(place) is owed and missing") }
      if places[place]?.registration?.selector == registries[poll] {
        places[place]?.registration?.hasNews = false
      }
    }
    if let wake = pendingWakes.first(where: { $0.selector == registries[poll] }) {
      throw Disagreement("a wake is missing: \(wake.token)")
    }
  }

  /// Requires that everything has its turn, wakers and sources in alternation, because the buffer
  /// was full.
  private mutating func checkPatience(_ poll: Int, _ told: Set<Int>) throws(Disagreement) {
    let selector = registries[poll]
    let count = places.count { $0?.registration?.selector == selector }
    let limit = 2 * (count * latitude.recordsPerSource + pendingWakes.count) + 1
    for place in places.indices where !told.contains(place) {
      if owed(to: place, by: poll).isEmpty { continue }
      let patience = (places[place]?.registration?.patience ?? 0) + 1
      places[place]?.registration?.patience = patience
      if patience > limit { throw Disagreement("place \(place) starves") }
    }
    for index in pendingWakes.indices where pendingWakes[index].selector == selector {
      pendingWakes[index].patience += 1
      if pendingWakes[index].patience > limit { throw Disagreement("a waker starves") }
    }
  }

  /// Restarts the count of turns, because the set of registered sources has changed.
  mutating func restartPatience() {
    for place in places.indices { places[place]?.registration?.patience = 0 }
    for index in pendingWakes.indices { pendingWakes[index].patience = 0 }
  }
}
