import MioCore

/// The readiness of a source that the loop has delivered, and the tasks that wait for more.
struct SourceReadiness {
  private var readable = DirectionReadiness()
  private var writable = DirectionReadiness()

  subscript(direction: Direction) -> DirectionReadiness {
    get { direction == .readable ? readable : writable }
    set { if direction == .readable { readable = newValue } else { writable = newValue } }
  }

  /// Resumes the waiting tasks, as if they were cancelled.
  consuming func cancel() {
    readable.cancel()
    writable.cancel()
  }
}

/// The readiness of a source in one direction.
struct DirectionReadiness {
  /// Whether an edge has arrived since a task last waited.
  private var hasEdge = false

  /// The waiting task.
  ///
  /// Each direction has one task at most, as on a socket with one reader and one writer.
  private var waiter: (number: Int, continuation: CheckedContinuation<Bool, Never>)?

  /// Takes the edge that has arrived, if there is one.
  mutating func takeEdge() -> Bool {
    defer { hasEdge = false }
    return hasEdge
  }

  /// Makes a task wait for the next edge.
  mutating func wait(_ number: Int, _ continuation: CheckedContinuation<Bool, Never>) {
    precondition(waiter == nil, "two tasks wait for one direction of a source")
    waiter = (number, continuation)
  }

  /// Delivers an edge to the waiting task, or keeps it for the next task that would wait.
  mutating func deliver() {
    hasEdge = !resume(returning: true)
  }

  /// Resumes a task that was cancelled, unless it was resumed before.
  mutating func cancel(_ number: Int) {
    if waiter?.number == number { cancel() }
  }

  /// Resumes the waiting task, as if it were cancelled.
  mutating func cancel() {
    _ = resume(returning: false)
  }

  private mutating func resume(returning isReady: Bool) -> Bool {
    guard let (_, continuation) = waiter else { return false }
    waiter = nil
    continuation.resume(returning: isReady)
    return true
  }
}
