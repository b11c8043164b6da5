import CMioThread
import MioCore

/// A program on a simulated host.
///
/// Another program can run only when this one makes a call.
@safe
final class SimulatedTask: @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  enum State {
    case ready, waiting, ended
  }

  let host: SimulatedHost
  // The simulation owns its programs, including those that never begin.
  unowned let simulation: Simulation
  let actor: SimulatedActor
  private(set) var state = State.waiting
  /// The place among the ready programs.
  private(set) var place = 0
  private(set) var error: (any Error)?
  /// A number that distinguishes the waits.
  private(set) var waitNumber = 0
  private var deadline: Instant?
  private var callsAfterEnd = 0
  private var callsInTurn = 0
  private var isInterrupted = false
  private(set) var interruptionCount = 0
  private let isMain: Bool
  private let boot: Int
  private var program: SimulatedProgram?
  private var coroutine: OpaquePointer?
  /// Whether the program runs in steps, and therefore cannot wait.
  let isStepwise: Bool
  /// The queues that the program has created, if it runs in steps.
  private var queues: [WeakQueue] = []

  init(_ host: SimulatedHost, _ actor: SimulatedActor, isAwaited: Bool, _ program: SimulatedProgram)
  {
    self.host = host
    simulation = host.simulation
    self.actor = actor
    isMain = isAwaited
    boot = host.bootCount
    self.program = program
    if case .steps = program { isStepwise = true } else { isStepwise = false }
  }

  /// Whether all calls of the program fail from now on.
  var mustEnd: Bool { simulation.isOver || boot != host.bootCount }

  /// Whether the simulation must wait for the end of this program.
  var isAwaited: Bool { isMain && state != .ended }

  var waitDescription: String {
    deadline.map { "waits until \($0.nanoseconds) ns" } ?? "waits for ever"
  }

  /// The running program, or `nil` outside of a simulation.
  static var current: SimulatedTask? {
    guard let context = unsafe c_mio_coroutine_context() else { return nil }
    return unsafe Unmanaged<SimulatedTask>.fromOpaque(context).takeUnretainedValue()
  }
}

// MARK: - Called by the simulation

extension SimulatedTask {
  /// Runs the program until it waits, yields or ends.
  ///
  /// A program that must end before it has begun never begins.
  func resume() {
    if unsafe coroutine == nil && mustEnd {
      state = .ended
      program = nil
      return
    }
    if isStepwise { return step() }
    if unsafe coroutine == nil { unsafe coroutine = makeCoroutine() }
    guard let running = unsafe coroutine else { return }
    state = .ready
    guard unsafe c_mio_coroutine_resume(running) != 0 else { return }
    state = .ended
    unsafe c_mio_coroutine_destroy(running)
    unsafe coroutine = nil
  }

  private func makeCoroutine() -> OpaquePointer {
    let coroutine = unsafe c_mio_coroutine_create(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<SimulatedTask>.fromOpaque(context).takeUnretainedValue().runBody()
      }, Unmanaged.passUnretained(self).toOpaque())
    guard let coroutine = unsafe coroutine else { fatalError("Simulation: no memory for a stack") }
    return unsafe coroutine
  }

  private func runBody() {
    do {
      if case .body(let body) = program { try body() }
    } catch {
      self.error = error
    }
    // The objects that the program holds are closed while it still runs.
    program = nil
  }

  /// Runs one step on the stack of the caller.
  private func step() {
    unsafe c_mio_coroutine_call(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<SimulatedTask>.fromOpaque(context).takeUnretainedValue().runStep()
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func runStep() {
    do {
      guard case .steps(let turn) = program, let next = try turn() else {
        return endSteps()
      }
      simulation.arrangeWait(of: self, until: next == .never ? nil : next)
      // Remaining events are a reason for another step.
      if queues.contains(where: { $0.queue?.hasEvents == true }) { becomeReady() }
    } catch {
      self.error = error
      endSteps()
    }
  }

  private func endSteps() {
    program = nil
    state = .ended
  }

  /// Adds a queue whose events are a reason for another step.
  func watch(_ queue: SimulatedQueue) {
    queues.removeAll { $0.queue == nil }
    queues.append(WeakQueue(queue: queue))
  }

  /// Ends the current wait, as a signal does.
  func interrupt() {
    guard state == .waiting else { return }
    isInterrupted = true
    becomeReady()
  }

  func becomeReady() {
    if state == .waiting { getReady() }
  }

  private func getReady() {
    state = .ready
    place = simulation.takePlace(self)
  }
}

// MARK: - Called by the program

extension SimulatedTask {
  func beginWaiting(until deadline: Instant?) -> Int {
    waitNumber += 1
    self.deadline = deadline
    state = .waiting
    return waitNumber
  }

  func suspend() {
    c_mio_coroutine_suspend()
    callsInTurn = 0
  }

  /// Counts a call that fails because the program must end.
  ///
  /// A program that continues regardless is abandoned with its stack.
  func callAfterEnd() {
    callsAfterEnd += 1
    if callsAfterEnd > 100, !isStepwise {
      state = .ended
      while true { suspend() }
    }
  }

  /// Returns whether the program has made so many calls that another program must run.
  ///
  /// Calls take no virtual time. Without a limit, a program that waits for another one in a loop
  /// would never end.
  func hasUsedItsTime() -> Bool {
    if isStepwise { return false }
    callsInTurn += 1
    return callsInTurn > 100
  }

  /// Suspends the program for some virtual time.
  func pause(for duration: Duration) {
    simulation.suspend(self, until: simulation.now.advanced(by: duration))
  }

  /// Starts another program on the same host.
  ///
  /// The simulation does not wait for its end.
  func startSibling(_ body: @escaping () -> Void) -> SimulatedTask {
    simulation.start(host, after: .zero, isAwaited: false, by: self, .body(body))
  }

  /// Waits, in another program, until this program has ended.
  func join() {
    while state != .ended, !mustEnd { yieldThread() }
  }

  /// Returns whether a signal has ended the wait.
  func takeInterruption() -> Bool {
    defer { isInterrupted = false }
    if isInterrupted { interruptionCount += 1 }
    return isInterrupted
  }

  /// Lets other programs run, if this program can wait.
  func yield() {
    if isStepwise { return }
    getReady()
    suspend()
  }
}

/// The way in which a program runs.
enum SimulatedProgram {
  /// A program that is called once, and waits in its calls.
  case body(() throws -> Void)
  /// A program that is called repeatedly. It returns the time until which it has no work, or `nil`
  /// if it has ended.
  case steps(() throws -> Instant?)
}

private struct WeakQueue {
  weak let queue: SimulatedQueue?
}
