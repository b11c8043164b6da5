@testable import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// A counter of living values, with which a test sees that each value is destroyed once.
private final class LifeCounter {
  var count = 0
}

/// A value that cannot be copied.
private struct Tracked: ~Copyable {
  let number: Int
  let lives: LifeCounter

  init(_ number: Int, _ lives: LifeCounter) {
    self.number = number
    self.lives = lives
    lives.count += 1
  }

  deinit {
    lives.count -= 1
  }
}

struct TokenTableTests {
  @Test
  func `a token finds its value until it is removed`() {
    var table = TokenTable<String>()
    let a = table.insert("a")
    let b = table.insert("b")
    #expect(table.count == 2)
    #expect(table.withValue(for: a) { $0 } == "a")
    #expect(table.remove(a) == "a")
    #expect(table.remove(a) == nil)
    #expect(table.contains(a) == false)
    #expect(table.contains(b) == true)
    #expect(table.withValue(for: a) { $0 } == nil)
    #expect(table.count == 1)
  }

  @Test
  func `a stale token finds nothing when its slot is used again`() {
    var table = TokenTable<Int>(minimumCapacity: 1)
    var stale: [Token] = []
    for value in 0..<1000 {
      let token = table.insert(value)
      #expect(!stale.contains(token))
      for old in stale.suffix(10) { #expect(table.contains(old) == false) }
      #expect(table.remove(token) == value)
      stale.append(token)
    }
    #expect(table.capacity == 1)
  }

  @Test
  func `a token that the table did not create finds nothing`() {
    var table = TokenTable<Int>()
    let token = table.insert(1)
    let strangers: [UInt] = [0, 1, .max, token.rawValue + 1, token.rawValue ^ (1 << 63), 7 << 32]
    for raw in strangers {
      #expect(table.contains(Token(raw)) == false)
      #expect(table.remove(Token(raw)) == nil)
    }
  }

  @Test
  func `a table creates no token below its documented minimum`() {
    var table = TokenTable<Int>()
    for value in 0..<100 { #expect(table.insert(value).rawValue >= 1 << 32) }
  }

  @Test
  func `noncopyable values are used in place, and are destroyed once`() {
    let lives = LifeCounter()
    do {
      var table = TokenTable<Tracked>()
      let tokens = (0..<40).map { table.insert(Tracked($0, lives)) }
      #expect(lives.count == 40)
      #expect(table.withValue(for: tokens[7]) { $0.number } == 7)
      if let taken = table.remove(tokens[7]) { #expect(taken.number == 7) }
      #expect(lives.count == 39)
      table.withValue(for: tokens[8]) { $0 = Tracked(80, lives) }
      #expect(lives.count == 39)
      #expect(table.withValue(for: tokens[8]) { $0.number } == 80)
    }
    #expect(lives.count == 0)
  }

  @Test
  func `a table can be used after all its values were removed`() {
    let lives = LifeCounter()
    var table = TokenTable<Tracked>(minimumCapacity: 4)
    let old = (0..<4).map { table.insert(Tracked($0, lives)) }
    table.removeAll()
    #expect(lives.count == 0 && table.isEmpty)
    let new = (0..<4).map { table.insert(Tracked($0, lives)) }
    #expect(lives.count == 4 && table.capacity == 4)
    for token in old { #expect(table.contains(token) == false) }
    for token in new { #expect(table.contains(token) == true) }
  }

  @Test
  func `if creating a value throws, the table is unchanged`() throws {
    struct Refused: Error {}
    var table = TokenTable<Int>(minimumCapacity: 1)
    var promised: Token?
    #expect(throws: Refused.self) {
      try table.insert { token throws(Refused) in
        promised = token
        throw Refused()
      }
    }
    let token = try #require(promised)
    #expect(table.isEmpty && table.contains(token) == false)
    let new = table.insert { token in Int(bitPattern: token.rawValue) }
    #expect(table.withValue(for: new) { $0 } == Int(bitPattern: new.rawValue))
    #expect(table.capacity == 1)
  }

  @Test
  func `a table does not allocate within its reserved capacity`() {
    var table = TokenTable<Int>(minimumCapacity: 100)
    let capacity = table.capacity
    for value in 0..<100 { _ = table.insert(value) }
    #expect(table.capacity == capacity)
    _ = table.insert(100)
    #expect(table.capacity > capacity && table.count == 101)
  }

  @Test
  func `a token table doubles its capacity when it grows, so inserting is cheap`() {
    var table = TokenTable<Int>()
    var capacities = [table.capacity]
    for value in 0..<100 {
      _ = table.insert(value)
      if table.capacity != capacities.last { capacities.append(table.capacity) }
    }
    #expect(capacities == [0, 16, 32, 64, 128])
  }

  @Test
  func `reserving capacity in a token table adds only the capacity that is missing`() {
    var table = TokenTable<Int>(minimumCapacity: -5)
    #expect(table.capacity == 0)
    let token = table.insert(7)
    table.reserveCapacity(10)
    #expect(table.capacity == 16)
    table.reserveCapacity(100)
    #expect(table.capacity == 100)
    #expect(table.withValue(for: token) { $0 } == 7)
  }

  @Test
  func `the maximum capacity of a token table is the number of values of half a word`() {
    #expect(TokenTable<Int>.maximumCapacity == Int(UInt.max >> UInt(UInt.bitWidth / 2)) + 1)
  }

  @Test
  func `iterating over a table visits every value`() {
    var table = TokenTable<Int>()
    let tokens = (0..<10).map { table.insert($0) }
    for token in tokens where token.rawValue % 3 == 0 { _ = table.remove(token) }
    var visited: [Token: Int] = [:]
    table.forEach { visited[$0] = $1 }
    #expect(visited.count == table.count)
    for (token, value) in visited { #expect(table.withValue(for: token) { $0 } == value) }
  }

  @Test
  func `random operations have the same results as a dictionary`() {
    var generator = SystemRandomNumberGenerator()
    var table = TokenTable<Int>()
    var model: [Token: Int] = [:]
    var dead: [Token] = []
    for step in 0..<50_000 {
      if model.isEmpty || Int.random(in: 0..<100, using: &generator) < 55 {
        let token = table.insert(step)
        #expect(model.updateValue(step, forKey: token) == nil)
      } else if let (token, value) = model.randomElement(using: &generator) {
        #expect(table.remove(token) == value)
        model[token] = nil
        dead.append(token)
      }
      if let token = dead.randomElement(using: &generator) {
        #expect(table.contains(token) == false)
      }
      if model.count > 200 {
        table.removeAll()
        dead += model.keys
        model = [:]
      }
      #expect(table.count == model.count)
    }
  }

  @Test
  func `a slot that has used all its generations is never reused`() {
    var table = TokenTable<Int>(minimumCapacity: 2)
    let first = table.insert(1)
    _ = table.remove(first)
    unsafe table.headers[0] = SlotHeader(generation: SlotHeader.vacant - 1)
    let last = table.insert(2)
    #expect(last.rawValue >> Token.halfWord == SlotHeader.vacant - 1)
    let removed = table.remove(last)
    #expect(removed == 2)
    let other = table.insert(3)
    #expect(other.slot != last.slot)
    for generation in [0, 1, SlotHeader.vacant - 1] as [UInt] {
      let isFound = table.contains(Token(slot: last.slot, generation: generation))
      #expect(!isFound)
    }
    var visited: [Token] = []
    table.forEach { token, _ in visited.append(token) }
    #expect(visited == [other])
  }

  // Starting another process takes descriptors, which guarded tests would notice.
  @Test(.guardingDescriptors)
  func `reserving capacity for more values than tokens can identify traps`() async {
    let created = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = TokenTable<Void>(minimumCapacity: TokenTable<Void>.maximumCapacity + 1)
    }
    let reserved = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var table = TokenTable<Void>()
      table.reserveCapacity(TokenTable<Void>.maximumCapacity + 1)
    }
    // The message distinguishes this trap from a lack of memory.
    for result in [created, reserved] {
      let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(output.contains("more values than a token can number"))
    }
  }

  @Test
  func `a token is never created again, even if its value was not inserted`() {
    var table = TokenTable<Int>()
    var first: Token?
    #expect(throws: IOError.self) {
      try table.insert { token throws(IOError) -> Int in
        first = token
        throw IOError(.outOfMemory, operation: .register)
      }
    }
    #expect(table.insert(1) != first)
    #expect(table.count == 1)
  }

  @Test
  func `if preparing a value fails, the value is destroyed and its token finds nothing`() throws {
    let lives = LifeCounter()
    var table = TokenTable<Tracked>()
    var seen: Token?
    let error = #expect(throws: IOError.self) {
      try table.insert(Tracked(1, lives)) { value, token throws(IOError) in
        #expect(value.number == 1)
        seen = token
        throw IOError(.outOfMemory, operation: .register)
      }
    }
    #expect(error?.kind == .outOfMemory)
    #expect(lives.count == 0)
    #expect(table.count == 0)
    #expect(table.contains(try #require(seen)) == false)
    let token = try table.insert(Tracked(2, lives)) { _, token throws(IOError) in seen = token }
    #expect(token == seen)
    #expect(table.withBorrowedValue(for: token) { $0.number } == 2)
    #expect(lives.count == 1)
  }

  @Test
  func `a stream is registered under its token, and is closed if that fails`() throws {
    let poll = try Poll<MockSelector>()
    let pair = MockStream.pair()
    try poll.registry.register(pair.second, token: 1, interest: .readable)
    var table = TokenTable<MockStream>()
    let token = try table.insert(pair.first) { stream, token throws(IOError) in
      try poll.registry.register(stream, token: token, interest: .writable)
    }
    var events = try Events<MockSelector>(capacity: 4)
    var polled = poll
    try polled.poll(into: &events, timeout: .zero)
    #expect(events.map(\.token) == [token])
  }

  @Test
  func `a value of a table can be used together with another stored property`() {
    struct Loop: ~Copyable {
      var table = TokenTable<Int>()
      var sums: [Int] = []

      mutating func add(_ token: Token) -> Bool {
        table.withValue(for: token, using: &sums) { value, sums in
          value += 1
          sums.append(value)
          return true
        } ?? false
      }
    }
    var loop = Loop()
    let token = loop.table.insert(10)
    let isFound = [loop.add(token), loop.add(token), loop.add(1)]
    #expect(isFound == [true, true, false])
    let sums = loop.sums
    #expect(sums == [11, 12])
  }

  @Test
  func `a span of another property can be used together with a value of the table`() {
    struct Loop: ~Copyable {
      var table = TokenTable<UInt8>()
      var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4)

      mutating func fill(_ token: Token) {
        // Without `using` the compiler refuses the span: Tests/Rejections/SiblingInWithValue.swift.
        table.withValue(for: token, using: &buffer) { value, buffer in
          var bytes = buffer.mutableSpan
          for index in bytes.indices { bytes[index] = value }
        }
      }
    }
    var loop = Loop()
    let token = loop.table.insert(7)
    loop.fill(token)
    let buffer = loop.buffer
    #expect(buffer == [7, 7, 7, 7])
  }

  @Test
  func `values that satisfy a condition are removed during an iteration`() {
    let lives = LifeCounter()
    var table = TokenTable<Tracked>()
    let tokens = (0..<100).map { table.insert(Tracked($0, lives)) }
    table.removeAll { _, value in value.number % 3 == 0 }
    #expect(table.count == 66)
    #expect(lives.count == 66)
    for (number, token) in tokens.enumerated() {
      #expect(table.contains(token) == (number % 3 != 0))
    }
  }

  @Test
  func `the subscript reads, replaces and removes copyable values`() {
    var table = TokenTable<String>()
    let token = table.insert("a")
    #expect(table[token] == "a")
    table[token]?.append("b")
    #expect(table[token] == "ab")
    table[token] = nil
    #expect(table.count == 0)
    table[token] = "c"
    #expect(table.count == 0)
    #expect(table[token] == nil)
  }
}
