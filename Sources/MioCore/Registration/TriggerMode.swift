/// How often a registration reports a condition that goes on.
@frozen
public enum TriggerMode: Sendable, Hashable {
  /// Reports a condition once, when it begins: after an event, operate until would-block.
  ///
  /// Registering, and registering anew, count as a beginning. A source that was not drained stays
  /// silent until more happens, and on some systems even then.
  case edge

  /// Reports a condition at every poll for as long as it holds.
  ///
  /// A reset or hung-up source reports until it is deregistered or closed: epoll cannot mask that.
  case level

  /// Reports once, in one event, and then nothing until `reregister`.
  case oneShot
}
