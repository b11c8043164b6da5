/// The rule by which a registration reports a condition that persists.
@frozen
public enum TriggerMode: Sendable, Hashable {
  /// Reports a condition once, when it begins.
  ///
  /// After an event, repeat the operation until it would block. Registering and reregistering count
  /// as a beginning. A source that was not drained is not reported until something new happens,
  /// such as the arrival of more data, and on some systems not even then.
  case edge

  /// Reports a condition at every poll while it holds.
  ///
  /// A source that was reset or hung up is reported until it is deregistered or closed, because
  /// epoll cannot mask this condition.
  case level

  /// Reports one event, and then nothing until `reregister`.
  case oneShot
}
