import CMioLock
import MioLock
import TestHelpers
import Testing

@Suite(.takingTurns)
struct LockTests {
  private final class Counter: @unchecked Sendable {
    // Safety of `@unchecked`: the lock protects the counter.

    let lock = Lock()
    var value = 0
  }

  /// Fills the memory that the next small objects reuse.
  private func leaveMemoryDirty() {
    for size in stride(from: 8, through: 128, by: 8) {
      let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
      unsafe block.initializeMemory(as: UInt8.self, repeating: 0xFF, count: size)
      unsafe block.deallocate()
    }
  }

  @Test
  func `only one thread at a time holds a lock, whatever its memory contained before`() throws {
    leaveMemoryDirty()
    let counter = Counter()
    let workers = (0..<3).map { _ in
      Worker { for _ in 0..<50_000 { counter.lock.withLock { counter.value += 1 } } }
    }
    for worker in workers { try worker.join() }
    #expect(counter.value == 150_000)
  }

  @Test
  func `a destroyed lock frees its memory`() {
    var addresses: Set<UInt> = []
    for _ in 0..<400 {
      do { Lock().withLock {} }
      if let lock = unsafe c_mio_lock_create() {
        addresses.insert(UInt(bitPattern: lock))
        unsafe c_mio_lock_destroy(lock)
      }
    }
    #expect(addresses.count < 200)
  }
}

@Suite(.takingTurns)
struct ConditionTests {
  private final class Gate: @unchecked Sendable {
    // Safety of `@unchecked`: the lock protects the flag.

    let lock = Lock()
    let condition = Condition()
    var isOpen = false
  }

  @Test(arguments: [1_000_000_000_000_000, 1_000_000_000_000_001, UInt64.max])
  func `a wait with a very long timeout lasts until the broadcast`(_ nanoseconds: UInt64) throws {
    // The test notices a wait that ends too early only in some orders of the threads.
    for _ in 0..<20 {
      let gate = Gate()
      var hasChanged = true
      gate.lock.withLock {
        let worker = Worker {
          gate.lock.withLock {
            gate.isOpen = true
            gate.condition.broadcast()
          }
        }
        // The other thread gets the lock only while this one waits.
        while hasChanged && !gate.isOpen {
          hasChanged = gate.condition.wait(with: gate.lock, nanoseconds: nanoseconds)
        }
        #expect(gate.isOpen)
        _ = worker
      }
      #expect(hasChanged)
    }
  }

  @Test(arguments: [1_000_000, 20_000_000, 1_010_000_000])
  func `a wait without a broadcast ends when its timeout expires, and not earlier`(
    _ nanoseconds: Int64
  ) {
    let gate = Gate()
    let start = ContinuousClock.now
    let hasChanged = gate.lock.withLock {
      var hasChanged = true
      // A thread may wake for no reason. A wait that never ends fails the test by its time limit.
      for _ in 0..<3 where hasChanged {
        hasChanged = gate.condition.wait(with: gate.lock, nanoseconds: UInt64(nanoseconds))
      }
      return hasChanged
    }
    #expect(!hasChanged)
    let elapsed = ContinuousClock.now - start
    #expect(elapsed >= .nanoseconds(nanoseconds) - .microseconds(100))
    #expect(elapsed < .nanoseconds(nanoseconds) + .seconds(20))
  }

  @Test
  func `a destroyed condition frees its memory`() {
    var addresses: Set<UInt> = []
    for _ in 0..<400 {
      do { Condition().broadcast() }
      if let condition = unsafe c_mio_condition_create() {
        addresses.insert(UInt(bitPattern: condition))
        unsafe c_mio_condition_destroy(condition)
      }
    }
    #expect(addresses.count < 200)
  }
}
