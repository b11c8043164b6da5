import MioCore

// Operations that take bytes, errors and descriptors from a file or give them to it, and the
// directions that they arm again.
extension Model {
  mutating func applyIO(_ operation: Operation, _ outcome: Outcome) throws(Disagreement) {
    switch operation {
    case .read(let place, let count): try read(place, count, outcome)
    case .readPieces(let place, let count, let empty):
      if empty > 0 { encounters.note(.emptyPieces) }
      try read(place, count, outcome)
    case .readDescriptors(let place, let count):
      guard let source = places[place] else { return }
      try kernel.readDescriptors(source.file, upTo: count, outcome)
      settleReading(place, outcome)
    case .write(let place, let count): try write(place, count, outcome)
    case .writePieces(let place, let count, let empty):
      if empty > 0 { encounters.note(.emptyPieces) }
      try write(place, count, outcome)
    case .sendDescriptor(let place):
      guard let source = places[place] else { return }
      try kernel.sendDescriptor(source.file, outcome)
      settleWriting(place, outcome)
    case .sendUrgently(let place):
      guard let source = places[place] else { return }
      try expect(outcome, .bytes(1))
      kernel.sendUrgently(source.file)
    case .receiveUrgently(let place): try receiveUrgently(place, outcome)
    case .takeError(let place): try takeError(place, outcome)
    case .finishConnect(let place): try finishConnect(place, outcome)
    default: break
    }
  }

  private mutating func read(
    _ place: Int, _ count: Int, _ outcome: Outcome
  ) throws(Disagreement) {
    guard let source = places[place] else { return }
    if kernel.files[source.file].kind == .unheard {
      try kernel.receiveUnheard(source.file, outcome)
      if case .failed = outcome { rearmForArrival(place, [.readable, .priority]) }
    } else {
      try kernel.read(source.file, upTo: count, outcome)
    }
    if count == 0 {
      encounters.note(.nothingRead)
      if outcome == .bytes(0) { return }
    }
    settleReading(place, outcome)
  }

  private mutating func settleReading(_ place: Int, _ outcome: Outcome) {
    guard let file = file(at: place) else { return }
    if outcome == .blocked { places[place]?.registration?.rearm([.readable, .priority]) }
    if outcome == .bytes(0), file.isFIFO, !latitude.hangUpsAreFinal {
      encounters.note(.endThatWasNone)
      rearmForArrival(place, .readable)
    }
    encounters.noteOutcome(outcome, on: file)
  }

  private mutating func write(
    _ place: Int, _ count: Int, _ outcome: Outcome
  ) throws(Disagreement) {
    guard let source = places[place] else { return }
    if kernel.files[source.file].kind == .unheard {
      try kernel.sendUnheard(source.file, count, outcome)
      if case .failed = outcome { rearmForArrival(place, .writable) }
    } else {
      try kernel.write(source.file, count, outcome)
    }
    settleWriting(place, outcome)
  }

  private mutating func settleWriting(_ place: Int, _ outcome: Outcome) {
    guard let file = file(at: place) else { return }
    if outcome == .blocked { places[place]?.registration?.rearm(.writable) }
    encounters.noteOutcome(outcome, on: file)
  }

  private mutating func receiveUrgently(_ place: Int, _ outcome: Outcome) throws(Disagreement) {
    guard let source = places[place] else { return }
    try kernel.receiveUrgently(source.file, outcome)
    if case .failed = outcome {
      encounters.note(.noUrgentByte)
      rearmForArrival(place, [.readable, .priority])
    } else {
      encounters.note(.urgentByte)
    }
  }

  private mutating func takeError(_ place: Int, _ outcome: Outcome) throws(Disagreement) {
    guard let source = places[place] else { return }
    try kernel.takeError(source.file, outcome)
    if case .failed = outcome {
      encounters.note(.takenError)
      rearmForArrival(place, .all)
    } else {
      encounters.note(.noError)
    }
  }

  private mutating func finishConnect(_ place: Int, _ outcome: Outcome) throws(Disagreement) {
    guard let source = places[place] else { return }
    try kernel.finishConnect(source.file, outcome)
    encounters.note(.finishedConnect)
    if case .failed(let kind) = outcome {
      if kind == .connectionRefused { encounters.note(.refusedConnection) }
      rearmForArrival(place, .all)
    }
  }

  private mutating func rearmForArrival(_ place: Int, _ directions: Interest) {
    places[place]?.registration?.rearmForArrival(directions)
    // A later query of the system still reports the end.
    if file(at: place)?.isHungUp == true { places[place]?.registration?.hasNews = true }
  }
}
