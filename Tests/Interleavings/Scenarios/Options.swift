import Glibc
import Loom

/// The options of the command line.
struct Options {
  /// The maximum number of preemptions, and of old values that loads return, in a schedule.
  var bound = 2
  /// The maximum time for the schedules of one scenario, in seconds.
  var limit = 20.0
  /// The time for the random schedules of all scenarios together, in seconds.
  var random = 10.0
  var seed: UInt64 = 1
  /// Whether to weaken one ordering after the other, to find out which ones are needed.
  var weakens = false
  /// The schedule to repeat.
  var schedule: Schedule?
  /// The texts of which the name of a scenario must contain one; empty for all scenarios.
  var names: [String] = []

  static let usage = """
    usage: scripts/check-interleavings [OPTION…] [NAME…]
      NAME               only scenarios whose name contains one of these
      --bound N          preemptions in a schedule at most (2)
      --limit SECONDS    how long to go through the schedules of a scenario at most (20)
      --random SECONDS   how long to try random schedules, of all scenarios together (10)
      --seed N           of the random schedules (1)
      --nightly          bound 3, ten minutes of random schedules, a new seed
      --orderings        tells which orderings of atomics some scenario needs: each is made relaxed
      --replay SCHEDULE  repeats a schedule of the one scenario with the name
    """

  /// Parses arguments, or returns `nil` if they are invalid.
  init?(_ arguments: some Sequence<String>) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--nightly":
        (bound, limit, random) = (3, 600, 600)
        seed = UInt64(time(nil))
      case "--orderings": weakens = true
      case "--bound", "--limit", "--random", "--seed", "--replay":
        guard let value = rest.popFirst(), take(argument, value) else { return nil }
      default:
        if argument.hasPrefix("-") { return nil }
        names.append(argument)
      }
    }
  }

  private mutating func take(_ option: String, _ value: String) -> Bool {
    switch option {
    case "--bound": take(Int(value), as: \.bound)
    case "--limit": take(Double(value), as: \.limit)
    case "--random": take(Double(value), as: \.random)
    case "--seed": take(UInt64(value), as: \.seed)
    default: take(Schedule(value).map(Optional.some), as: \.schedule)
    }
  }

  private mutating func take<Value>(
    _ value: Value?, as option: WritableKeyPath<Options, Value>
  ) -> Bool {
    guard let value else { return false }
    self[keyPath: option] = value
    return true
  }
}
