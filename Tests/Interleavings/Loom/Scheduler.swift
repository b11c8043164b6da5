import CLoom

/// The current execution, and the choices that lead to it.
///
/// The scheduler is a class, because other fibers change it while one fiber is inside a method.
final class Scheduler {
  /// The maximum number of threads in a scenario.
  static let threadLimit = 8

  // The threads, and the current one.
  var threads: [LogicalThread] = []
  /// The number of the current thread; -1 is the scenario itself.
  var current = -1
  private var fibers: [OpaquePointer] = []
  private let main: OpaquePointer = c_loom_fiber_adopt()

  // The execution.
  /// The number that distinguishes executions.
  var execution = 0
  var steps = 0
  var failure: String?
  var trace: [TraceLine] = []

  var choices = Choices()
}

/// A thread of a scenario.
struct LogicalThread {
  enum State { case ready, blocked, finished }

  let name: StaticString
  var body: (() throws -> Void)?
  var state = State.ready
  /// Returns whether the thread may continue, while it is blocked.
  var isReady: () -> Bool = { true }
  var mayGiveUp = false
  /// The operations of other threads that this thread must see.
  var clock = VectorClock()
}

nonisolated(unsafe) let scheduler = Scheduler()

// MARK: - Executions

extension Scheduler {
  /// The maximum number of steps of an execution; after a failure it has ten times as many to end.
  private static let stepLimit = 4_000

  func begin() {
    threads.removeAll(keepingCapacity: true)
    execution += 1
    steps = 0
    failure = nil
    trace.removeAll(keepingCapacity: true)
    choices.begin()
  }

  func countStep() {
    steps += 1
    guard steps > Self.stepLimit else { return }
    Loom.fail("more than \(Self.stepLimit) steps: threads that spin?")
    precondition(steps < 10 * Self.stepLimit, "threads come to no end after a failure")
  }

  func add(_ thread: LogicalThread) {
    let number = threads.count
    precondition(number < Self.threadLimit, "too many threads")
    threads.append(thread)
    if fibers.count == number {
      fibers.append(c_loom_fiber_create({ runThread(Int($0)) }, number))
    }
  }

  /// Runs all threads until they end.
  func run() {
    current = -1
    Loom.isRunning = true
    go(to: nextThread(mayContinue: false))
    Loom.isRunning = false
  }

  func go(to next: Int) {
    let previous = current
    current = next
    c_loom_fiber_switch(
      previous < 0 ? main : fibers[previous], next < 0 ? main : fibers[next])
  }
}

/// Runs the function of a fiber, which is the thread with this number in each execution.
private func runThread(_ number: Int) {
  while true {
    runBody(number)
    scheduler.threads[number].state = .finished
    scheduler.go(to: scheduler.nextThread(mayContinue: false))
  }
}

/// Runs a thread's closure in a separate function, so that the stack is empty when the thread ends.
@inline(never)
private func runBody(_ number: Int) {
  guard let body = scheduler.threads[number].body.take() else { return }
  do {
    try body()
  } catch {
    Loom.fail("\(scheduler.threads[number].name) throws \(error)")
  }
}

// MARK: - Waiting

extension Scheduler {
  func block(until isReady: @escaping () -> Bool, mayGiveUp: Bool) {
    let thread = current
    threads[thread].state = .blocked
    threads[thread].isReady = isReady
    threads[thread].mayGiveUp = mayGiveUp
    go(to: nextThread(mayContinue: false))
    threads[thread].state = .ready
    threads[thread].isReady = { true }
  }

  /// Returns the next thread to run, or -1 if all threads have ended.
  func nextThread(mayContinue: Bool) -> Int {
    if mayContinue, choices.isBudgetSpent { return current }
    var options = Options()
    if mayContinue { options.append(current) }
    for thread in threads.indices where !(mayContinue && thread == current) && mayGo(thread) {
      options.append(thread)
    }
    if options.isEmpty { return nextWhenNobodyCan() }
    if options.count == 1 || failure != nil { return options.first }
    return choices.choose(options, mayContinue ? .preemption : .thread, at: steps, of: current)
  }

  private func mayGo(_ thread: Int) -> Bool {
    switch threads[thread].state {
    case .ready: true
    case .blocked: threads[thread].isReady()
    case .finished: false
    }
  }

  private func nextWhenNobodyCan() -> Int {
    let left = threads.indices.filter { threads[$0].state != .finished }
    guard let first = left.first else { return -1 }
    if let patient = left.first(where: { threads[$0].mayGiveUp }) { return patient }
    Loom.fail(
      "nobody can go on: \(left.map { "\(threads[$0].name)" }.joined(separator: ", ")) "
        + (left.count == 1 ? "waits for ever" : "wait for ever"))
    return first
  }

  func choose(_ count: Int) -> Int {
    choices.choose(Options(count: count), .kernel, at: steps, of: current)
  }

  /// Returns how many values before the latest a load returns, if it may return an old value.
  func chooseAge(_ count: Int) -> Int {
    if count == 1 || choices.isBudgetSpent || failure != nil { return 0 }
    return choices.choose(Options(count: count), .age, at: steps, of: current)
  }
}

// MARK: - Recording

struct TraceLine {
  let thread: Int
  let name: StaticString
  let place: String
  var note = ""
}

extension Scheduler {
  func record(_ name: StaticString, _ file: StaticString, _ line: UInt32) {
    let place = file.description.isEmpty ? "" : "\(file):\(line)"
    trace.append(TraceLine(thread: current, name: name, place: place))
  }

  func note(_ text: String) {
    guard Loom.isRunning, let last = trace.indices.last else { return }
    trace[last].note += trace[last].note.isEmpty ? text : ", \(text)"
  }

  /// The description of the execution, with one line for each step.
  var story: [String] {
    trace.map { line in
      let thread = line.thread < 0 ? "scenario" : "\(threads[line.thread].name)"
      return [(thread, 10), ("\(line.name)", 18), (line.place, 38), (line.note, 0)]
        .map { $0.0 + String(repeating: " ", count: max(0, $0.1 - $0.0.count)) }
        .joined(separator: " ")
    }
  }
}
