import CMioEpoll
import MioCore
import MioEpoll
import TestHelpers

/// The calls of the kernel, which fail when a test requests it.
struct ScriptedEpollCalls: EpollCalls {
  /// A call of the seam.
  enum Name: Hashable {
    case createQueue, createCounter, close, control, wait, waitPrecisely, add, reset
  }

  struct State: Sendable {
    var failures: [Name: [Int32]] = [:]
    var actionsBefore: [Name: [@Sendable () -> Void]] = [:]
    var actionsAfter: [Name: [@Sendable () -> Void]] = [:]
    var counts: [Name: Int] = [:]
    /// The timeouts of all waits, in milliseconds.
    var milliseconds: [Int32] = []
    /// The descriptors that the calls have opened and not closed.
    var open: Set<Int32> = []
  }

  let state = Locked(State())
  private let system = SystemEpollCalls()

  init() {}

  /// Makes the next calls fail with these codes, one after the other; 0 lets a call succeed.
  func fail(_ name: Name, with codes: Int32...) {
    state.withLock { $0.failures[name, default: []] += codes }
  }

  func count(_ name: Name) -> Int {
    state.withLock { $0.counts[name, default: 0] }
  }

  /// The timeout of the last wait.
  ///
  /// A negative timeout waits without a limit.
  var lastMilliseconds: Int32? { state.withLock { $0.milliseconds.last } }

  var openDescriptors: Set<Int32> { state.withLock { $0.open } }

  /// Runs an action before the next call of this name queries the system, as another thread would.
  func before(_ name: Name, do action: @escaping @Sendable () -> Void) {
    state.withLock { $0.actionsBefore[name, default: []].append(action) }
  }

  /// Runs an action after the system has answered the next call of this name, and before the call
  /// returns.
  func after(_ name: Name, do action: @escaping @Sendable () -> Void) {
    state.withLock { $0.actionsAfter[name, default: []].append(action) }
  }

  private func call<Result: SignedInteger>(_ name: Name, _ body: () -> Result) -> Result {
    let (code, before, after) = state.withLock { state in
      state.counts[name, default: 0] += 1
      return (
        state.failures[name]?.takeFirst() ?? 0, state.actionsBefore[name]?.takeFirst(),
        state.actionsAfter[name]?.takeFirst()
      )
    }
    before?()
    defer { after?() }
    return code == 0 ? body() : -Result(code)
  }

  private func open(_ name: Name, _ body: () -> Int32) -> Int32 {
    let result = call(name, body)
    if result >= 0 { state.withLock { _ = $0.open.insert(result) } }
    return result
  }

  func createQueue() -> Int32 { open(.createQueue) { system.createQueue() } }

  func createCounter() -> Int32 { open(.createCounter) { system.createCounter() } }

  func close(_ descriptor: Int32) -> Int32 {
    state.withLock { _ = $0.open.remove(descriptor) }
    return call(.close) { system.close(descriptor) }
  }

  func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, events: UInt32, data: UInt64
  ) -> Int32 {
    call(.control) { system.control(queue, operation, descriptor, events: events, data: data) }
  }

  func remove(_ queue: Int32, _ descriptor: Int32) -> Int32 {
    call(.control) { system.remove(queue, descriptor) }
  }

  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    milliseconds: Int32
  ) -> Int {
    state.withLock { $0.milliseconds.append(milliseconds) }
    return call(.wait) {
      unsafe system.wait(queue, records, capacity: capacity, milliseconds: milliseconds)
    }
  }

  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    nanoseconds: Int64
  ) -> Int {
    call(.waitPrecisely) {
      unsafe system.wait(queue, records, capacity: capacity, nanoseconds: nanoseconds)
    }
  }

  func addToCounter(_ descriptor: Int32) -> Int32 {
    call(.add) { system.addToCounter(descriptor) }
  }

  func resetCounter(_ descriptor: Int32) -> Int32 {
    call(.reset) { system.resetCounter(descriptor) }
  }

  func now() -> UInt64 { system.now() }
}

extension Array {
  fileprivate mutating func takeFirst() -> Element? {
    isEmpty ? nil : removeFirst()
  }
}

extension Locked where Value == [IOError.Kind?] {
  /// Stores the kind of error of an operation, or `nil` if the operation succeeded.
  func keepError(_ operation: () throws(IOError) -> Void) {
    do throws(IOError) {
      try operation()
      withLock { $0.append(nil) }
    } catch {
      withLock { $0.append(error.kind) }
    }
  }
}
