import MioCore

/// A registration with a mock selector.
///
/// Used under the monitor's lock.
struct MockEntry {
  let file: MockFile
  let record: MockRecord
  private var watched: WatchedReadiness

  init(
    _ file: MockFile, _ record: MockRecord, _ token: Token, _ interest: Interest,
    _ mode: TriggerMode
  ) {
    self.file = file
    self.record = record
    watched = WatchedReadiness(token, interest, mode)
  }

  var token: Token { watched.token }

  /// Replaces the registration.
  ///
  /// The replacement counts as an edge.
  mutating func replace(_ token: Token, _ interest: Interest, _ mode: TriggerMode) {
    watched = WatchedReadiness(token, interest, mode)
  }

  /// Arms a direction again.
  mutating func rearm(_ direction: Direction) { watched.rearm(direction) }

  /// Takes the pending event, if there is one.
  mutating func takeEvent() -> Event? { watched.takeEvent(file.readiness) }

  var isUndrained: Bool { watched.isReadingUndrained && file.hasInput }
}
