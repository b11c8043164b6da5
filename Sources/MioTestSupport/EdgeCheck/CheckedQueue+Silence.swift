import MioCore

/// A time in which nothing happens: no event comes, and the program does nothing.
struct Silence {
  let start: Instant
  /// When the wait that is under way ends at the latest.
  var waitEnd: Instant
  var isJudged = false
}

// Called without the lock.
extension CheckedQueue {
  /// Begins a wait.
  ///
  /// - Returns: How long it may last before there is something to judge.
  func beginWait(for time: WaitTime, now: Instant) -> WaitTime {
    let (limited, findings) = check.withLock {
      let findings = beginTurn()
      return (limit(time, now), findings)
    }
    check.report(findings)
    return limited
  }

  /// Ends a wait that failed.
  func endWait(_ error: IOError) {
    // The patience of the mock is over: nobody else does anything any more.
    if isMocked && error.kind == .timedOut { judgeSilence() }
  }

  /// Ends a wait.
  func endWait(_ events: [Event], now: Instant) {
    let (findings, isOver) = check.withLock { () -> ([EdgeFinding], Bool) in
      if events.isEmpty { return ([], isPatienceOver(now)) }
      silence = nil
      return (events.compactMap { tell($0) }, false)
    }
    check.report(findings)
    if isOver { judgeSilence() }
  }

  /// Finds the sources that a program could go on with, if it has no reason to leave them.
  func judgeSilence() {
    let sources = idleSources()
    check.report(sources.filter(\.isCertain).map(\.finding))
  }

  /// A wait ends when the patience does: a selector may return early.
  private func limit(_ time: WaitTime, _ now: Instant) -> WaitTime {
    // A simulation knows when nothing more can happen, and so does a mock.
    guard simulation == nil, !isMocked, hasSources, let patience = check.patience else {
      return time
    }
    // The program does not wait, or it is woken.
    if time == .none {
      silence = nil
      return time
    }
    if silence == nil { silence = Silence(start: now, waitEnd: now) }
    guard let start = silence?.start, silence?.isJudged == false else { return time }
    let end = start.advanced(by: patience)
    let left = now < end ? end.nanoseconds - now.nanoseconds : 0
    let nanoseconds = min(time.nanoseconds ?? .max, left)
    silence?.waitEnd = Instant(nanoseconds: now.nanoseconds + nanoseconds)
    return WaitTime(nanoseconds: nanoseconds)
  }

  private func isPatienceOver(_ now: Instant) -> Bool {
    guard let patience = check.patience, let current = silence, !current.isJudged else {
      return false
    }
    if now < current.waitEnd {
      // It was woken meanwhile.
      silence = nil
      return false
    }
    silence?.isJudged = current.start.advanced(by: patience) <= now
    return silence?.isJudged == true
  }
}

// MARK: - Sources that a program could go on with

/// A source that is ready for what a program wants or has left, and of which no event tells.
struct IdleSource {
  let finding: EdgeFinding
  /// Whether the program has no reason to leave it.
  let isCertain: Bool
}

/// A direction of a source in which a program could go on, if the source is ready.
private struct IdleDirection {
  let finding: EdgeFinding
  let direction: Direction
}

extension CheckedQueue {
  /// Called without the lock: the system may be asked.
  func idleSources() -> [IdleSource] {
    let (idle, writers) = check.withLock {
      let sources = allSources
      return (
        sources.flatMap(\.idleDirections),
        sources.filter { $0.registration?.interest.contains(.writable) == true }.map(\.descriptor)
      )
    }
    if idle.isEmpty { return [] }
    // It may leave what there is to read until there is room to write.
    let isCertain = !writers.contains { isReadyNow($0, .writable) == false }
    return idle.filter { isReadyNow($0.finding.descriptor, $0.direction) == true }
      .map { IdleSource(finding: $0.finding, isCertain: isCertain) }
  }

  private func isReadyNow(_ descriptor: Descriptor, _ direction: Direction) -> Bool? {
    if let simulation {
      return simulation.file(descriptor).flatMap { StandIn($0).isReady(direction) }
    }
    return StandIn(mocked: descriptor).map { $0.isReady(direction) }
      ?? isReady(descriptor, direction)
  }
}

extension CheckedSource {
  fileprivate var idleDirections: [IdleDirection] {
    guard let registration else { return [] }
    return [Direction.readable, .writable].compactMap { direction in
      if !registration.interest.contains(Interest(direction)) {
        guard blocked.contains(Interest(direction)) else { return nil }
        return IdleDirection(
          finding: finding(.unwatchedDirection, direction), direction: direction)
      }
      // What can be written, nobody has to write. And a level goes on being reported.
      guard direction == .readable, registration.mode != .level else { return nil }
      return IdleDirection(finding: finding(.undrainedEdge, direction), direction: direction)
    }
  }
}
