import Glibc
import Loom

/// The options of the command line.
struct Options {
  /// How many preemptions, and old values found by loads, a schedule may have.
  var bound = 2
  /// How long to go through the schedules of one scenario at most, in seconds.
  var limit = 20.0
  /// How long to try random schedules, of all scenarios together, in seconds.
  var random = 10.0
  var seed: UInt64 = 1
  /// Whether to take away one ordering after the other, and see which are missed.
  var weakens = false
  /// A schedule to repeat.
  var schedule: Schedule?
  /// What the names of scenarios contain that are run; all if there is none.
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

  /// Reads arguments; `nil` if they make no sense.
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
