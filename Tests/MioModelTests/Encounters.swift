import MioCore

/// The situations that a run has met.
///
/// A model that never meets a situation proves nothing about it.
struct Encounters {
  /// The kind of a situation.
  enum Kind: Int, CaseIterable {
    case edge, edgeBeyondPromise, level, oneShot
    case readable, writable, priority, error, readClosed, writeClosed
    case wake, coalescedWake, wakeAfterPoll
    case fullPoll, splitEvent
    case alreadyRegistered, notRegistered, invalidArgument, unsupported
    case blockedRead, blockedWrite, endOfStream, brokenPipe, connectionReset
    case connection, acceptedConnection, blockedAccept, finishedConnect, refusedConnection
    case writerThatCame, endThatWasNone
    case urgentByte, noUrgentByte
    case takenError, noError
    case emptyPieces, nothingRead, descriptor
    case manyPolls
    case reusedNumber, orphan, orphanReplaced, closedWhileRegistered, freedByItsSelector
  }

  private(set) var sequenceCount = 0
  private(set) var counts = [Int](repeating: 0, count: Kind.allCases.count)
  private var numbers: Set<Int32> = []

  mutating func note(_ kind: Kind) {
    counts[kind.rawValue] += 1
  }

  /// Adds the situations that a sequence has met.
  mutating func add(_ other: Encounters) {
    sequenceCount += 1
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// Returns the situations that a selector with this latitude must meet with these channels, and
  /// has not met.
  func missing(
    _ latitude: Model.Latitude, _ knowledge: ChannelKnowledge, except absent: Set<Kind> = []
  ) -> [Kind] {
    var expected = Set(Kind.allCases)
    if !latitude.edgesTellEverything { expected.remove(.edgeBeyondPromise) }
    if latitude.hangUpsAreFinal { expected.remove(.endThatWasNone) }
    if latitude.recordsPerSource == 1 { expected.remove(.splitEvent) }
    if !latitude.knowsPriority { expected.subtract([.priority, .urgentByte, .noUrgentByte]) }
    if !latitude.noticesClosing {
      expected.subtract([.orphan, .orphanReplaced, .closedWhileRegistered])
    }
    if !knowledge.isComplete {
      expected.subtract([
        .priority, .connection, .acceptedConnection, .blockedAccept, .finishedConnect,
        .refusedConnection, .writerThatCame,
        .endThatWasNone, .urgentByte, .noUrgentByte, .descriptor,
      ])
    }
    if !knowledge.isComplete && !knowledge.unreadResets {
      expected.subtract([.error, .connectionReset, .takenError])
    }
    expected.subtract(absent)
    return Kind.allCases.filter { expected.contains($0) && counts[$0.rawValue] == 0 }
  }
}

extension Encounters: CustomStringConvertible {
  var description: String {
    "\(sequenceCount) sequences; "
      + Kind.allCases.map { "\(counts[$0.rawValue]) \($0)" }.joined(separator: ", ")
  }
}

extension Encounters {
  mutating func noteNumber(_ number: Int32) {
    if !numbers.insert(number).inserted { note(.reusedNumber) }
  }

  mutating func noteOutcome(_ outcome: Outcome, on file: File) {
    switch outcome {
    case .blocked: note(file.isFull ? .blockedWrite : .blockedRead)
    case .bytes(0), .received(0, _): note(.endOfStream)
    case .received(_, descriptors: 1): note(.descriptor)
    case .failed(let kind): noteError(kind)
    default: break
    }
  }

  mutating func noteError(_ kind: IOError.Kind) {
    switch kind {
    case .alreadyRegistered: note(.alreadyRegistered)
    case .notRegistered: note(.notRegistered)
    case .invalidArgument: note(.invalidArgument)
    case .unsupported: note(.unsupported)
    case .brokenPipe: note(.brokenPipe)
    case .connectionReset: note(.connectionReset)
    default: break
    }
  }

  mutating func noteEvent(_ event: Event, _ owed: Debt, _ registration: Registration) {
    switch registration.mode {
    case .edge: note(owed.isEmpty ? .edgeBeyondPromise : .edge)
    case .level: note(.level)
    case .oneShot: note(.oneShot)
    }
    if event.isReadable { note(.readable) }
    if event.isWritable { note(.writable) }
    if event.isPriority { note(.priority) }
    if event.isError { note(.error) }
    if event.isReadClosed { note(.readClosed) }
    if event.isWriteClosed { note(.writeClosed) }
  }
}
