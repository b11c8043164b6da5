/// The synchronization of an atomic operation with other threads.
public struct MemoryOrder: Sendable {
  /// Whether the operation has acquire semantics.
  public let acquires: Bool
  /// Whether the operation has release semantics.
  public let releases: Bool
  /// Whether the operation is part of the single total order of sequential consistency.
  public let isSequential: Bool

  /// Creates an order.
  public init(acquires: Bool = false, releases: Bool = false, isSequential: Bool = false) {
    self.acquires = acquires
    self.releases = releases
    self.isSequential = isSequential
  }
}

/// The location of an atomic, with the history of its values, in the memory model of C11.
///
/// A load may return a value that has been replaced, unless its thread, or an operation that
/// happens before the load, has seen a later value. The scheduler therefore tests the outcomes that
/// a weaker order than sequential consistency permits. Operations that read and write always read
/// the latest value. Stores take effect in the order in which they are made. A processor may also
/// let a store overtake another store of its own thread. The scheduler does not test this, but
/// `Plain` finds a missing happens-before edge.
public final class AtomicLocation {
  private struct Store {
    let bits: UInt64
    /// The clock that a thread acquires when it reads the value.
    let released: VectorClock
    /// The time at which each thread first read or wrote the value.
    var seen = VectorClock()
    let isSequential: Bool
  }

  /// The value that was stored last.
  public private(set) var bits: UInt64

  /// The values of the current execution, in the order of their stores.
  private var stores: [Store] = []
  private var execution = 0

  /// The thread that created the location, and the time; `nil` for the scenario.
  private let creation: Creation?

  private struct Creation {
    let execution: Int
    let thread: Int
    let time: UInt32
    let place: AtomicPlace
  }

  /// Creates a location with a value.
  public init(_ bits: UInt64, _ file: StaticString, _ line: UInt32) {
    self.bits = bits
    creation =
      Loom.isRunning
      ? Creation(
        execution: scheduler.execution, thread: scheduler.current, time: scheduler.tick(),
        place: AtomicPlace(file: file.description, line: line)) : nil
  }

  /// Fails if the creation of the atomic does not happen before its use.
  ///
  /// Creating an atomic is like writing plain memory.
  private func checkCreation(_ file: StaticString, _ line: UInt32) {
    guard let creation, creation.execution == scheduler.execution,
      scheduler.clock[creation.thread] < creation.time
    else { return }
    let names = (scheduler.threads[scheduler.current].name, scheduler.threads[creation.thread].name)
    Loom.fail(
      "\(names.0) uses an atomic at \(file):\(line), and nothing orders that after \(names.1) made it "
        + "at \(creation.place)")
  }
}

// MARK: - Operations

extension AtomicLocation {
  /// Returns a value that the thread may see.
  public func load(
    _ ordering: MemoryOrder, _ file: StaticString, _ line: UInt32
  ) -> UInt64 {
    guard Loom.isRunning else { return bits }
    let order = Loom.order(ordering, file, line)
    checkCreation(file, line)
    begin()
    let time = scheduler.tick()
    let found = stores.count - 1 - scheduler.chooseAge(stores.count - oldest(order))
    see(found, time, order.acquires)
    if found < stores.count - 1 { Loom.note("old value") }
    return stores[found].bits
  }

  /// Stores a new value.
  public func store(
    _ bits: UInt64, _ ordering: MemoryOrder, _ file: StaticString, _ line: UInt32
  ) {
    guard Loom.isRunning else { return self.bits = bits }
    let order = Loom.order(ordering, file, line)
    checkCreation(file, line)
    begin()
    let time = scheduler.tick()
    add(bits, order.releases ? scheduler.clock : VectorClock(), time, order)
  }

  /// Replaces the latest value by the result of `body`, or keeps it if the result is `nil`.
  ///
  /// The new value continues the release sequence of the latest value.
  ///
  /// - Returns: The value before the update.
  public func update(
    _ ordering: MemoryOrder, _ file: StaticString, _ line: UInt32, _ body: (UInt64) -> UInt64?
  ) -> UInt64 {
    let old = bits
    let new = body(old)
    guard Loom.isRunning else {
      bits = new ?? old
      return old
    }
    let order = Loom.order(ordering, file, line)
    checkCreation(file, line)
    begin()
    let time = scheduler.tick()
    let latest = stores.count - 1
    see(latest, time, order.acquires)
    if let new {
      var released = stores[latest].released
      if order.releases { released.formUnion(scheduler.clock) }
      add(new, released, time, order)
    }
    return old
  }
}

// MARK: - Visible values

extension AtomicLocation {
  /// Forgets the values of another execution.
  private func begin() {
    guard execution != scheduler.execution else { return }
    execution = scheduler.execution
    stores.removeAll(keepingCapacity: true)
    stores.append(Store(bits: bits, released: VectorClock(), isSequential: false))
  }

  private func add(_ bits: UInt64, _ released: VectorClock, _ time: UInt32, _ order: MemoryOrder) {
    var store = Store(bits: bits, released: released, isSequential: order.isSequential)
    store.seen[scheduler.current] = time
    stores.append(store)
    self.bits = bits
  }

  private func see(_ position: Int, _ time: UInt32, _ acquires: Bool) {
    if stores[position].seen[scheduler.current] == 0 {
      stores[position].seen[scheduler.current] = time
    }
    if acquires { scheduler.clock.formUnion(stores[position].released) }
  }

  /// Returns the position of the oldest value that a load may return.
  private func oldest(_ order: MemoryOrder) -> Int {
    var position = stores.count - 1
    let limit = max(0, stores.count - Scheduler.threadLimit)
    while position > limit {
      let store = stores[position]
      if scheduler.clock.isAfterAny(of: store.seen) { break }
      if order.isSequential && store.isSequential { break }
      position -= 1
    }
    return position
  }
}
