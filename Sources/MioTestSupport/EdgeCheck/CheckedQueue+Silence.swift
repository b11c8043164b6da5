import MioCore

/// A period without events and without actions of the program.
struct Silence {
  let start: Instant
  /// The latest time at which the current wait ends.
  var waitEnd: Instant
  var isJudged = false
}

// The lock is not held when these functions are called.
extension CheckedQueue {
  /// Begins a wait.
  ///
  /// - Returns: The time that the wait may last until the check has to judge the silence.
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
    // The patience of the mock has ended: no other thread has acted.
    if error.kind == .timedOut, check.withLock({ isMocked }) { judgeSilence() }
  }

  /// Ends a wait.
  func endWait(_ events: [Event], now: Instant) {
    let (findings, isOver) = check.withLock { () -> ([EdgeFinding], Bool) in
      if events.isEmpty { return ([], isPatienceOver(now)) }
      silence = nil
      return (events.compactMap { report($0) }, false)
    }
    check.report(findings)
    if isOver { judgeSilence() }
  }

  /// Reports the sources that the program could continue with, if it has no reason to leave them.
  func judgeSilence() {
    let sources = idleSources()
    check.report(sources.filter(\.isCertain).map(\.finding))
  }

  /// Limits a wait to the rest of the patience.
  ///
  /// A selector may return early, so the program does not see the limit.
  private func limit(_ time: WaitTime, _ now: Instant) -> WaitTime {
    // A simulation and a mock detect by themselves that nothing more can happen.
    guard simulation == nil, !isMocked, hasSources, let patience = check.patience else {
      return time
    }
    // The program does not block in this wait, or it continues at a time that it has chosen.
    if time != .forever {
      silence = nil
      return time
    }
    if silence == nil { silence = Silence(start: now, waitEnd: now) }
    guard let start = silence?.start, silence?.isJudged == false else { return time }
    let end = start.advanced(by: patience)
    silence?.waitEnd = max(now, end)
    return WaitTime(nanoseconds: now < end ? end.nanoseconds - now.nanoseconds : 0)
  }

  private func isPatienceOver(_ now: Instant) -> Bool {
    guard let patience = check.patience, let current = silence, !current.isJudged else {
      return false
    }
    if now < current.waitEnd {
      // A wake has ended the wait.
      silence = nil
      return false
    }
    silence?.isJudged = current.start.advanced(by: patience) <= now
    return silence?.isJudged == true
  }
}

// MARK: - Sources that a program could continue with

/// A source that is ready for an operation that the program waits for or left unfinished, although
/// no event reports it.
struct IdleSource {
  let finding: EdgeFinding
  /// Whether the program has no reason to leave the source.
  let isCertain: Bool
}

/// A direction in which the program could continue if the source is ready.
private struct IdleDirection {
  let finding: EdgeFinding
  let direction: Direction
}

extension CheckedQueue {
  /// Returns the sources that the program could continue with.
  ///
  /// The lock is not held, because the function may query the system.
  func idleSources() -> [IdleSource] {
    let (idle, writers) = check.withLock {
      let sources = allSources
      return (
        sources.flatMap(\.idleDirections),
        sources.filter { $0.registration?.interest.contains(.writable) == true }.map(\.descriptor)
      )
    }
    if idle.isEmpty { return [] }
    // A program may leave unread data until it can write.
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
      // A program does not have to write when it can. A level-triggered source is reported again.
      guard direction == .readable, registration.mode != .level else { return nil }
      return IdleDirection(finding: finding(.undrainedEdge, direction), direction: direction)
    }
  }
}
