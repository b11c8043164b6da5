/// The method by which the next choice is made.
enum Strategy {
  /// Depth first: all schedules whose cost does not exceed the bound.
  case exhaustive(bound: Int)
  /// At random, with equal probabilities.
  case random
  /// By random priorities of the threads, which change at a few random steps (PCT).
  case priorities
}

/// The kind of a choice.
enum ChoiceKind {
  /// The choice of the next thread when the current thread cannot continue.
  case thread
  /// The choice of the next thread when the current thread could continue.
  ///
  /// A switch to another thread costs one.
  case preemption
  /// The choice of a kernel's behaviour.
  case kernel
  /// The choice of the value that a load returns. An old value costs one.
  case age

  var hasCost: Bool { self == .preemption || self == .age }
}

/// The numbers to choose from.
struct Options: Equatable {
  private(set) var numbers = SIMD8<UInt8>()
  private(set) var count = 0

  init() {}

  init(count: Int) {
    for number in 0..<count { append(number) }
  }

  var isEmpty: Bool { count == 0 }
  var first: Int { Int(numbers[0]) }

  mutating func append(_ number: Int) {
    numbers[count] = UInt8(truncatingIfNeeded: number)
    count += 1
  }

  subscript(index: Int) -> Int { Int(numbers[index]) }
}

/// The choices of the current execution, and those of the following executions.
struct Choices {
  private struct Decision {
    let options: Options
    var index: Int
  }

  var strategy = Strategy.exhaustive(bound: 0) { didSet { path.removeAll() } }

  /// The choices to repeat.
  var replayed: [UInt8]?

  private var path: [Decision] = []
  private var depth = 0

  /// The cost of the choices so far.
  private(set) var cost = 0
  private(set) var bound = Int.max

  private var random = Generator(seed: 1)
  private var priorities: [Int] = []
  private var changes: [Int] = []

  /// Whether no more choices with a cost are permitted.
  var isBudgetSpent: Bool { cost >= bound }

  /// The choices of the current execution, or of the last one.
  var made: [UInt8] {
    path[..<min(depth, path.count)].map { UInt8(truncatingIfNeeded: $0.options[$0.index]) }
  }
}

// MARK: - From one execution to the next

extension Choices {
  mutating func begin() {
    depth = 0
    cost = 0
    bound = if case .exhaustive(let bound) = strategy { bound } else { .max }
  }

  /// Continues with the next execution in depth-first order, or returns `false` if there is none.
  mutating func advance() -> Bool {
    while var last = path.popLast() {
      last.index += 1
      if last.index < last.options.count {
        path.append(last)
        return true
      }
    }
    return false
  }

  mutating func seed(_ seed: UInt64) {
    random = Generator(seed: seed)
  }

  /// Makes new random choices for an execution with about this number of steps.
  mutating func roll(steps: Int) {
    path.removeAll(keepingCapacity: true)
    guard case .priorities = strategy else { return }
    priorities = (1...Scheduler.threadLimit).shuffled(using: &random)
    changes = (0..<3).map { _ in random.below(steps) }
  }
}

// MARK: - Choosing

extension Choices {
  mutating func choose(
    _ options: Options, _ kind: ChoiceKind, at step: Int, of current: Int
  ) -> Int {
    if depth == path.count {
      path.append(Decision(options: options, index: newIndex(options, kind, step, current)))
    }
    let decision = path[depth]
    depth += 1
    guard decision.options == options else {
      Loom.fail("the scenario is not deterministic, at its choice \(depth)")
      return options.first
    }
    if kind.hasCost, decision.index > 0 { cost += 1 }
    return options[decision.index]
  }

  private mutating func newIndex(
    _ options: Options, _ kind: ChoiceKind, _ step: Int, _ current: Int
  ) -> Int {
    if let replayed {
      let wanted = depth < replayed.count ? Int(replayed[depth]) : options.first
      return (0..<options.count).first { options[$0] == wanted } ?? 0
    }
    switch (strategy, kind) {
    case (.exhaustive, _): return 0
    // A load that returns an old value repeatedly reveals nothing new.
    case (_, .age): return random.below(4) == 0 ? random.below(options.count) : 0
    case (.priorities, .thread), (.priorities, .preemption):
      if let change = changes.firstIndex(of: step), current >= 0 { priorities[current] = -change }
      return (0..<options.count).max { priorities[options[$0]] < priorities[options[$1]] } ?? 0
    default: return random.below(options.count)
    }
  }
}

/// The xorshift64* generator.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }

  mutating func below(_ limit: Int) -> Int { Int(next() >> 33) % max(limit, 1) }
}
