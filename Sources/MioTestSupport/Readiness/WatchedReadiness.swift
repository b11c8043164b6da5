import MioCore

/// The part of a source's readiness that a registration reports.
///
/// It emulates edges as strictly as the contract allows. A reported readiness is reported again
/// only if it is new, or if an operation in its direction would have blocked.
struct WatchedReadiness {
  let token: Token
  let mode: TriggerMode
  private let interest: Interest

  /// The readiness that may be reported.
  private var armed: Event.Readiness

  init(_ token: Token, _ interest: Interest, _ mode: TriggerMode) {
    self.token = token
    self.interest = interest
    self.mode = mode
    armed = interest.watchedReadiness
  }

  /// Arms a direction again.
  ///
  /// A one-shot registration that has reported an event stays silent.
  mutating func rearm(_ direction: Direction) {
    if mode == .oneShot && armed.isEmpty { return }
    armed.formUnion(direction.readiness.intersection(interest.watchedReadiness))
  }

  /// Takes the pending event, if there is one.
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

  /// Whether an event is pending.
  func hasEvent(_ current: Event.Readiness) -> Bool {
    !news(of: current.intersection(interest.watchedReadiness)).isEmpty
  }

  /// Returns the part of this readiness that causes an event.
  ///
  /// The end of a direction causes no event if the direction was reported as ready and was not
  /// drained after that.
  private func news(of ready: Event.Readiness) -> Event.Readiness {
    var new = ready.intersection(armed)
    if ready.subtracting(new).contains(.readable) { new.remove(.readClosed) }
    if ready.subtracting(new).contains(.writable) { new.remove(.writeClosed) }
    return new
  }

  /// Whether an edge was reported as readable, and reading has not blocked since then.
  var isReadingUndrained: Bool {
    mode == .edge && interest.contains(.readable) && !armed.contains(.readable)
  }

  /// Returns an event for a watched direction that may not be ready.
  func spuriousEvent(_ direction: Direction) -> Event? {
    let readiness: Event.Readiness =
      direction == .readable ? .readable : .writable
    guard mode != .oneShot, interest.watchedReadiness.contains(readiness) else { return nil }
    return Event(token: token, readiness: readiness)
  }
}

extension Interest {
  /// The readiness that a registration with this interest reports.
  ///
  /// Errors and hang-ups are always reported.
  fileprivate var watchedReadiness: Event.Readiness {
    var watched: Event.Readiness = [.error, .hangUp]
    if contains(.readable) { watched.formUnion([.readable, .readClosed]) }
    if contains(.writable) { watched.formUnion([.writable, .writeClosed]) }
    if contains(.priority) { watched.insert(.priority) }
    return watched
  }
}

extension Direction {
  /// The readiness that belongs to this direction.
  fileprivate var readiness: Event.Readiness {
    switch self {
    case .readable: [.readable, .readClosed, .hangUp, .error]
    case .writable: [.writable, .writeClosed, .hangUp, .error]
    }
  }
}

extension Event.Readiness {
  /// Returns the part of this readiness that an event reports if `new` causes the event.
  ///
  /// The event reports all readiness in the directions of `new`.
  fileprivate func reported(because new: Event.Readiness) -> Event.Readiness {
    var reported = new
    for direction in [Direction.readable, .writable]
    where !new.isDisjoint(with: direction.readiness) {
      reported.formUnion(intersection(direction.readiness))
    }
    return reported
  }
}
