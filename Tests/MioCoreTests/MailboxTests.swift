import CLibrary
import MioCore
import MioTestSupport
import Synchronization
import TestHelpers
import Testing

struct MailboxTests {
  /// A noncopyable value that counts the values that exist.
  private struct Parcel: ~Copyable, Sendable {
    static let count = Atomic<Int>(0)

    let number: Int

    init(_ number: Int) {
      self.number = number
      Self.count.add(1, ordering: .relaxed)
    }

    deinit { Self.count.subtract(1, ordering: .relaxed) }
  }

  /// The owner of a mailbox in a generic class: its deinitializer runs in release builds as well.
  private final class Owner<Value: ~Copyable & Sendable> {
    var mailbox: Mailbox<Value>

    init(_ mailbox: consuming Mailbox<Value>) { self.mailbox = mailbox }
  }

  private func numbers(_ mailbox: inout Mailbox<Int>) -> [Int] {
    var numbers: [Int] = []
    while let number = mailbox.receive() { numbers.append(number) }
    return numbers
  }

  @Test
  func `a poll reports that values were sent, and they are received in order`() throws {
    var poll = try Poll<MockSelector>()
    var mailbox = try Mailbox<Int>(reportingTo: poll.registry, token: 7)
    #expect(try poll.events(within: .zero).isEmpty)
    for number in 1...3 { #expect(try mailbox.sender.send(number) == nil) }
    #expect(try poll.events(within: .zero).map(\.token) == [7])
    #expect(mailbox.receive() == 1)
    try mailbox.sender.send(4)
    #expect(numbers(&mailbox) == [2, 3, 4])
    #expect(try poll.events(within: .zero).map(\.token) == [7])
    #expect(numbers(&mailbox) == [])
    #expect(try poll.events(within: .zero).isEmpty)
  }

  @Test
  func `a destroyed mailbox destroys its values, and a later send returns its value`() throws {
    let poll = try Poll<MockSelector>()
    let sender: Mailbox<Parcel>.Sender
    do {
      let owner = Owner(try Mailbox<Parcel>(reportingTo: poll.registry, token: 7))
      sender = owner.mailbox.sender
      for number in 0..<5 { try sender.send(Parcel(number)) }
      let isFirst =
        switch owner.mailbox.receive() {
        case let parcel?: parcel.number == 0
        case nil: false
        }
      #expect(isFirst)
      try sender.send(Parcel(5))
      #expect(Parcel.count.load(ordering: .relaxed) == 5)
    }
    #expect(Parcel.count.load(ordering: .relaxed) == 0)
    let returned = try sender.send(Parcel(6))
    let isReturned = returned != nil
    #expect(isReturned)
  }

  @Test
  func `a mailbox delivers large values unchanged`() throws {
    typealias Large = SIMD64<Int>
    let poll = try Poll<MockSelector>()
    var mailbox = try Mailbox<Large>(reportingTo: poll.registry, token: 7)
    for number in 0..<100 { _ = try mailbox.sender.send(Large(repeating: number)) }
    for number in 0..<100 {
      #expect(mailbox.receive() == Large(repeating: number))
    }
  }

  @Test
  func `a value whose wake fails stays in the mailbox, and the next wake reports it`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    var mailbox = try Mailbox<Int>(reportingTo: poll.registry, token: 7)
    queue.fail(.wake, with: .outOfMemory)
    #expect(throws: IOError(.outOfMemory, operation: .wake)) { try mailbox.sender.send(1) }
    try mailbox.sender.send(2)
    #expect(try poll.events(within: .zero).map(\.token) == [7])
    #expect(numbers(&mailbox) == [1, 2])
  }

  @Test
  func `values from several threads arrive once each, and in order for each thread`() throws {
    let threadCount = 4
    let valueCount = 20_000
    var poll = try Poll<MockSelector>()
    var mailbox = try Mailbox<Int>(reportingTo: poll.registry, token: 7)
    let sender = mailbox.sender
    let workers = (0..<threadCount).map { thread in
      Worker { for value in 0..<valueCount { try sender.send(value * threadCount + thread) } }
    }
    var next = Array(repeating: 0, count: threadCount)
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while next.contains(where: { $0 < valueCount }), ContinuousClock.now < deadline {
      if try poll.events(within: .zero).isEmpty { sched_yield() }
      for number in numbers(&mailbox) {
        #expect(number / threadCount == next[number % threadCount])
        next[number % threadCount] += 1
      }
    }
    #expect(next == Array(repeating: valueCount, count: threadCount))
    for worker in workers { try worker.join() }
  }
}
