/// What a poller does, as its wakers see it: the low bits of a word of which the others count its waits.
enum PollerState: UInt {
  /// It will look for wakes before it waits.
  case running = 0
  /// It has been told of a wake, and will not wait.
  case woken = 1
  /// It waits, or is about to.
  case asleep = 2
  /// It waits, and a waker is about to signal.
  case signaling = 3

  /// What it becomes when a waker comes.
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
