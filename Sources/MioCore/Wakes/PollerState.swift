/// The state of a poller as its wakers see it.
///
/// It is in the low bits of a word. The other bits count the waits of the poller.
enum PollerState: UInt {
  /// The poller checks for wakes before it waits.
  case running = 0
  /// The poller was notified of a wake, and does not wait.
  case woken = 1
  /// The poller waits, or is about to wait.
  case asleep = 2
  /// The poller waits, and a waker is about to signal.
  case signaling = 3

  /// The state to which a waker changes this state, to notify the poller.
  var told: PollerState {
    switch self {
    case .running, .woken: .woken
    case .asleep, .signaling: .signaling
    }
  }

  static var nextRound: UInt { 4 }

  static func split(_ word: UInt) -> (state: PollerState, round: UInt) {
    let state: PollerState =
      switch word & 3 {
      case 0: .running
      case 1: .woken
      case 2: .asleep
      default: .signaling
      }
    return (state, word & ~3)
  }
}
