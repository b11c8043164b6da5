/// The effect of an atomic operation on the visibility of memory: which data it publishes and
/// acquires.
public struct MemoryOrder: Sendable {
  /// Whether it takes over.
  public let acquires: Bool
  /// Whether it hands over.
  public let releases: Bool
  /// Whether it has a place in the one order that all threads agree on.
  public let isSequential: Bool

  /// Creates an order.
  public init(acquires: Bool = false, releases: Bool = false, isSequential: Bool = false) {
    self.acquires = acquires
    self.releases = releases
    self.isSequential = isSequential
  }
}

/// The value of an atomic and its earlier values, according to C11.
///
/// A load may return a value that was already replaced, unless its thread has seen a later value,
/// or an operation that happens before the load has. The stores of other threads are in transit for
/// a while. The exploration therefore covers orders that are weaker than sequential consistency.
/// Operations that read and write always find the latest value, and stores become visible in the
/// order in which they are made. Other effects of a processor, such as a store that overtakes
/// another store of its thread, are not explored. `Plain` finds a missing edge, however.
public final class AtomicLocation {
  private struct Store {
    let bits: UInt64
    /// What a thread takes over that reads the value.
    let released: VectorClock
    /// When each thread has read or written it first.
    var seen = VectorClock()
    let isSequential: Bool
  }

  /// The value that was stored last.
  public private(set) var bits: UInt64

  /// The values of the execution under way, in the order of their stores.
  private var stores: [Store] = []
  private var execution = 0

  /// By whom and when it was made; `nil` for the scenario.
  private let creation: Creation?

  private struct Creation {
    let execution: Int
    let thread: Int
    let time: UInt32
    let place: AtomicPlace
  }

  /// Creates a place for a value.
  public init(_ bits: UInt64, _ file: StaticString, _ line: UInt32) {
    self.bits = bits
    creation =
      Loom.isRunning
      ? Creation(
        execution: scheduler.execution, thread: scheduler.current, time: scheduler.tick(),
        place: AtomicPlace(file: file.description, line: line)) : nil
  }

  /// Making an atomic is like writing plain memory: who uses it must have been handed it over.
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
  /// Finds a value that the thread may see.
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

  /// Puts another value in the place of the latest.
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

  /// Puts another value in the place of the latest, which decides what it is: `nil` leaves it.
  ///
  /// What was handed over with the latest value goes on with the new one: a release sequence.
  ///
  /// - Returns: The value before.
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

// MARK: - What may be seen

extension AtomicLocation {
  /// Forgets what another execution did.
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

  /// The position of the oldest value that a load may find.
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
