import MioCore

/// A registration with a mock selector.
///
/// Used under the monitor's lock.
///
/// The mock emulates edges, and is as strict as the contract allows: what was reported is reported again
/// only when it is new, or an operation in its direction would have blocked.
struct MockEntry {
  let file: MockFile
  let record: MockRecord
  private(set) var token: Token
  private var interest: Interest
  private var mode: TriggerMode

  /// What may be reported.
  private var armed: Event.Readiness

  init(
    _ file: MockFile, _ record: MockRecord, _ token: Token, _ interest: Interest,
    _ mode: TriggerMode
  ) {
    self.file = file
    self.record = record
    self.token = token
    self.interest = interest
    self.mode = mode
    armed = interest.watchedReadiness
  }

  /// Replaces the registration, which counts as an edge.
  mutating func replace(_ token: Token, _ interest: Interest, _ mode: TriggerMode) {
    self = MockEntry(file, record, token, interest, mode)
  }

  /// Watches a direction again.
  ///
  /// A one-shot registration stays silent.
  mutating func rearm(_ direction: Direction) {
    if mode == .oneShot && armed.isEmpty { return }
    armed.formUnion(direction.readiness.intersection(interest.watchedReadiness))
  }

  /// Takes the event that there is to report.
  mutating func takeEvent() -> Event? {
    let ready = file.readiness.intersection(interest.watchedReadiness)
    let new = ready.intersection(armed)
    if new.isEmpty { return nil }
    switch mode {
    case .edge: armed.subtract(ready.reported(because: new))
    case .level: break
    case .oneShot: armed = []
    }
    return Event(token: token, readiness: ready.reported(because: new))
  }

  var isUndrained: Bool {
    mode == .edge && interest.contains(.readable) && !armed.contains(.readable) && file.hasInput
  }
}

extension Interest {
  /// What a registration with this interest reports.
  ///
  /// Errors and hang-ups come uncalled.
  fileprivate var watchedReadiness: Event.Readiness {
    var watched: Event.Readiness = [.error, .hangUp]
    if contains(.readable) { watched.formUnion([.readable, .readClosed]) }
    if contains(.writable) { watched.formUnion([.writable, .writeClosed]) }
    if contains(.priority) { watched.insert(.priority) }
    return watched
  }
}

extension Direction {
  /// What concerns this direction.
  fileprivate var readiness: Event.Readiness {
    switch self {
    case .readable: [.readable, .readClosed, .hangUp, .error]
    case .writable: [.writable, .writeClosed, .hangUp, .error]
    }
  }
}

extension Event.Readiness {
  /// What of this readiness is reported when `new` is news: all of the directions that it concerns.
  fileprivate func reported(because new: Event.Readiness) -> Event.Readiness {
    var reported = new
    for direction in [Direction.readable, .writable]
    where !new.isDisjoint(with: direction.readiness) {
      reported.formUnion(intersection(direction.readiness))
    }
    return reported
  }
}
