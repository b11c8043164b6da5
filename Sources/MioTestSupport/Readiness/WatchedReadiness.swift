import MioCore

/// What a registration reports of a source's readiness.
///
/// Edges are emulated, as strictly as the contract allows: what was reported is reported again only when it
/// is new, or when an operation in its direction would have blocked.
struct WatchedReadiness {
  let token: Token
  let mode: TriggerMode
  private let interest: Interest

  /// What may be reported.
  private var armed: Event.Readiness

  init(_ token: Token, _ interest: Interest, _ mode: TriggerMode) {
    self.token = token
    self.interest = interest
    self.mode = mode
    armed = interest.watchedReadiness
  }

  /// Watches a direction again.
  ///
  /// A one-shot registration that has reported stays silent.
  mutating func rearm(_ direction: Direction) {
    if mode == .oneShot && armed.isEmpty { return }
    armed.formUnion(direction.readiness.intersection(interest.watchedReadiness))
  }

  /// Takes the event that there is to report.
  mutating func takeEvent(_ current: Event.Readiness) -> Event? {
    let ready = current.intersection(interest.watchedReadiness)
    let new = news(of: ready)
    if new.isEmpty { return nil }
    switch mode {
    case .edge: armed.subtract(ready.reported(because: new))
    case .level: break
    case .oneShot: armed = []
    }
    return Event(token: token, readiness: ready.reported(because: new))
  }

  /// Whether there is an event to report.
  func hasEvent(_ current: Event.Readiness) -> Bool {
    !news(of: current.intersection(interest.watchedReadiness)).isEmpty
  }

  /// What of this readiness makes an event.
  ///
  /// The end of a direction does not, if the direction was reported as ready and was not drained since.
  private func news(of ready: Event.Readiness) -> Event.Readiness {
    var new = ready.intersection(armed)
    if ready.subtracting(new).contains(.readable) { new.remove(.readClosed) }
    if ready.subtracting(new).contains(.writable) { new.remove(.writeClosed) }
    return new
  }

  /// Whether an edge was reported that may be read, and reading has not blocked since.
  var isReadingUndrained: Bool {
    mode == .edge && interest.contains(.readable) && !armed.contains(.readable)
  }

  /// An event in a direction that is watched, though there may be nothing to do.
  func spuriousEvent(_ direction: Direction) -> Event? {
    let readiness: Event.Readiness =
      direction == .readable ? .readable : .writable
    guard mode != .oneShot, interest.watchedReadiness.contains(readiness) else { return nil }
    return Event(token: token, readiness: readiness)
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
