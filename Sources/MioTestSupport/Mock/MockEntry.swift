import MioCore

/// A registration with a mock selector.
///
/// Used under the lock of the queue. The file reports its readiness to the queue, so that a wait
/// acquires no other lock.
struct MockEntry {
  let file: MockFile
  let record: MockRecord
  /// The readiness that the file has reported last.
  var readiness: Event.Readiness
  /// Whether the file has input that a program should not leave unread.
  var hasInput: Bool
  private var watched: WatchedReadiness

  init(
    _ file: MockFile, _ record: MockRecord, _ token: Token, _ interest: Interest,
    _ mode: TriggerMode
  ) {
    self.file = file
    self.record = record
    readiness = file.readiness
    hasInput = file.hasInput
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
  mutating func takeEvent() -> Event? { watched.takeEvent(readiness) }

  var isUndrained: Bool { watched.isReadingUndrained && hasInput }
}
