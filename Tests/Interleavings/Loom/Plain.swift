/// Memory that is not atomic, so that its accesses need a happens-before order.
///
/// Two accesses of different threads without an order, of which at least one is a write, are a
/// failure. Such a data race can produce a wrong value on some processor, even if the value was
/// right in this execution.
public struct PlainMemory {
  private let name: StaticString
  private var execution = 0
  private var writes = VectorClock()
  private var reads = VectorClock()
  private var places: [(file: StaticString, line: UInt32)] = []

  /// Creates unused memory.
  public init(_ name: StaticString) {
    self.name = name
  }

  /// Checks a read that the thread is about to make.
  public mutating func willRead(file: StaticString = #fileID, line: UInt32 = #line) {
    access("reads", isWrite: false, file, line)
  }

  /// Checks a write, or the release of the memory, that the thread is about to make.
  public mutating func willWrite(file: StaticString = #fileID, line: UInt32 = #line) {
    access("writes", isWrite: true, file, line)
  }

  private mutating func access(
    _ does: StaticString, isWrite: Bool, _ file: StaticString, _ line: UInt32
  ) {
    guard Loom.isRunning, !Loom.isAborting else { return }
    begin()
    let me = scheduler.current
    let time = scheduler.tick()
    if Loom.isRecording {
      scheduler.record(isWrite ? "writes plain" : "reads plain", file, line)
      Loom.note("\(name)")
    }
    checkOrder(writes, "wrote", does, file, line)
    if isWrite { checkOrder(reads, "read", does, file, line) }
    if isWrite { writes[me] = time } else { reads[me] = time }
    places[2 * me + (isWrite ? 1 : 0)] = (file, line)
  }

  private mutating func begin() {
    guard execution != scheduler.execution else { return }
    execution = scheduler.execution
    writes = VectorClock()
    reads = VectorClock()
    places = Array(repeating: ("", 0), count: 2 * Scheduler.threadLimit)
  }

  private func checkOrder(
    _ others: VectorClock, _ did: StaticString, _ does: StaticString, _ file: StaticString,
    _ line: UInt32
  ) {
    guard let other = scheduler.clock.threadAhead(in: others) else { return }
    let place = places[2 * other + (did.description == "wrote" ? 1 : 0)]
    let name = scheduler.threads[scheduler.current].name
    Loom.fail(
      "\(name) \(does) \(self.name) at \(file):\(line), and nothing orders that after what "
        + "\(scheduler.threads[other].name) \(did) at \(place.file):\(place.line)")
  }
}

/// A value in memory that is not atomic.
public final class Plain<Value> {
  private var value: Value
  private var memory: PlainMemory

  /// Creates memory with a value, which counts as written before the threads began.
  public init(_ name: StaticString, _ value: Value) {
    self.value = value
    memory = PlainMemory(name)
  }

  /// Reads the value.
  public func read(file: StaticString = #fileID, line: UInt32 = #line) -> Value {
    memory.willRead(file: file, line: line)
    return value
  }

  /// Writes the value.
  public func write(_ new: Value, file: StaticString = #fileID, line: UInt32 = #line) {
    memory.willWrite(file: file, line: line)
    value = new
  }
}
