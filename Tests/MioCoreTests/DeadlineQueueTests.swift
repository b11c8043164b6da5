@testable import MioCore
import TestHelpers
import Testing

struct DeadlineQueueTests {
  private func instant(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }

  @Test
  func `deadlines are removed in order of time, in whatever order they were set`() {
    var queue = DeadlineQueue()
    for (token, deadline) in [(1, 30), (2, 10), (3, 40), (4, 20)] as [(UInt, UInt64)] {
      queue[Token(token)] = instant(deadline)
    }
    #expect(queue.first == instant(10))
    var order: [Token] = []
    while let token = queue.popFirst(dueBy: .never) { order.append(token) }
    #expect(order == [2, 4, 1, 3])
    #expect(queue.isEmpty)
    #expect(queue.first == .never)
  }

  @Test
  func `a deadline is due at its instant and not before`() {
    var queue = DeadlineQueue()
    queue[7] = instant(100)
    #expect(queue.popFirst(dueBy: instant(99)) == nil)
    #expect(queue.popFirst(dueBy: instant(100)) == 7)
    #expect(queue.popFirst(dueBy: instant(100)) == nil)
  }

  @Test
  func `a token has only the deadline that was set last`() {
    var queue = DeadlineQueue()
    queue[7] = instant(100)
    queue[8] = instant(150)
    queue[7] = instant(200)
    #expect(queue.count == 2)
    #expect(queue.first == instant(150))
    #expect(queue[7] == instant(200))
    queue[7] = instant(50)
    #expect(queue.first == instant(50))
  }

  @Test
  func `a cancelled deadline is never due, and cancelling it again has no effect`() {
    var queue = DeadlineQueue()
    queue[7] = instant(100)
    queue[7] = nil
    queue[7] = nil
    queue[8] = nil
    #expect(queue.isEmpty)
    #expect(queue[7] == nil)
    #expect(queue.popFirst(dueBy: .never) == nil)
  }

  @Test
  func `changing a copy of a queue does not change the original`() {
    var queue = DeadlineQueue()
    queue[7] = instant(100)
    var copy = queue
    copy[7] = nil
    copy[8] = instant(1)
    #expect(queue[7] == instant(100))
    #expect(queue[8] == nil)
  }

  @Test
  func `removing all deadlines empties the queue`() {
    var queue = DeadlineQueue(minimumCapacity: 10)
    for token in 0..<100 { queue[Token(UInt(token))] = instant(5) }
    queue.removeAll()
    #expect(queue.isEmpty)
    #expect((0..<100).allSatisfy { queue[Token(UInt($0))] == nil })
    queue[3] = instant(9)
    #expect(queue.first == instant(9))
  }

  /// Tokens as programs choose them.
  @Test(
    arguments: [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [.max, .max - 1, 1 << 63, 1 << 32, 1 << 31, 0],
      // One slot with many generations; many slots of one generation; addresses of neighbouring
      // objects.
      (1...40).map { $0 << 32 | 3 },
      (0..<100).map { 1 << 32 | $0 },
      (0..<60).map { 0x7F00_0000_0000 + $0 * 4096 },
    ] as [[UInt]])
  func `random operations have the same results as a simple model`(_ words: [UInt]) {
    let tokens = words.map { Token($0) }
    for seed in 0..<60 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var queue = DeadlineQueue(minimumCapacity: Int.random(in: 0...20, using: &random))
      var model: [Token: Instant] = [:]
      for _ in 0..<400 {
        let token = tokens.randomElement(using: &random) ?? 0
        switch UInt.random(in: 0..<8, using: &random) {
        case 0...3:
          let deadline = instant(.random(in: 0..<50, using: &random))
          queue[token] = deadline
          model[token] = deadline
        case 4...5:
          queue[token] = nil
          model[token] = nil
        default:
          let now = instant(.random(in: 0..<50, using: &random))
          let earliest = model.values.min() ?? .never
          let due = queue.popFirst(dueBy: now)
          #expect((due != nil) == (earliest <= now))
          if let due { #expect(model.removeValue(forKey: due) == earliest) }
        }
        #expect(queue.count == model.count)
        #expect(queue.first == model.values.min() ?? .never)
        #expect(queue[token] == model[token])
      }
      #expect(tokens.allSatisfy { queue[$0] == model[$0] })
    }
  }

  @Test
  func `a deadline queue grows to a power of two before half of its cells are in use`() {
    var queue = DeadlineQueue()
    var growths: [[Int]] = []
    for token in 1...200 {
      let cellCount = queue.cells.count
      queue[Token(token)] = instant(1)
      if queue.cells.count != cellCount { growths.append([token, queue.cells.count]) }
    }
    #expect(growths == [[1, 16], [8, 64], [32, 256], [128, 1024]])
  }

  @Test(arguments: [(-5, 0), (0, 0), (1, 16), (7, 16), (8, 32), (15, 32), (16, 64)])
  func `a deadline queue holds its requested capacity without growing`(
    _ capacity: Int, _ cells: Int
  ) {
    var queue = DeadlineQueue(minimumCapacity: capacity)
    #expect(queue.cells.count == cells)
    for token in 0..<max(0, capacity) { queue[Token(token)] = instant(1) }
    #expect(queue.cells.count == cells)
    #expect(DeadlineQueue().cells.isEmpty)
  }

  @Test
  func `tokens that differ only in their upper bits are found as fast as other tokens`() {
    var deadlines = DeadlineQueue()
    // If all of these tokens had the same hash, this would take minutes, and the watchdog would end
    // the test.
    for number in UInt(0)..<60_000 {
      deadlines[Token(number << 48)] = Instant(nanoseconds: UInt64(number))
    }
    for number in UInt(0)..<60_000 {
      #expect(deadlines[Token(number << 48)] == Instant(nanoseconds: UInt64(number)))
    }
  }
}
