import CMioPoll
import MioCore
import MioPoll
import TestHelpers
import Testing

/// Every result of the system for every interest and mode, and the query of the selector after it.
@Suite(.takingTurns)
struct PollTransitionTests {
  /// The bits of poll(2).
  struct Bits: OptionSet {
    let rawValue: UInt16

    static let readable = Bits(rawValue: C_MIO_POLL_READABLE)
    static let priority = Bits(rawValue: C_MIO_POLL_PRIORITY)
    static let writable = Bits(rawValue: C_MIO_POLL_WRITABLE)
    static let error = Bits(rawValue: C_MIO_POLL_ERROR)
    static let hangUp = Bits(rawValue: C_MIO_POLL_HANG_UP)
    static let readClosed = Bits(rawValue: C_MIO_POLL_READ_CLOSED)

    static let failures: Bits = [.error, .hangUp]
    static let reading: Bits = [.readable, .readClosed]

    static let all: [Bits] = subsets(of: [
      .readable, .priority, .writable, .error, .hangUp, .readClosed,
    ])

    private static func subsets(of bits: [Bits]) -> [Bits] {
      bits.reduce([[]]) { sets, bit in sets + sets.map { $0.union(bit) } }
    }
  }

  static let interests: [(Interest, Bits)] = [
    (.readable, .reading), (.writable, .writable), (.priority, .priority),
    ([.readable, .writable], [.readable, .readClosed, .writable]),
    ([.readable, .priority], [.readable, .readClosed, .priority]),
    ([.writable, .priority], [.writable, .priority]),
    ([.readable, .writable, .priority], [.readable, .readClosed, .writable, .priority]),
  ]

  /// A poll of one source over a scripted kernel, which records the queries.
  private struct Trial: ~Copyable {
    let calls = ScriptedPollCalls()
    let source = SharedSource(100)
    var poll: Poll<PollBackend<ScriptedPollCalls>>

    init(_ interest: Interest, _ mode: TriggerMode) throws {
      let poll = Poll(try PollBackend(calls: calls))
      try poll.registry.register(source, token: 1, interest: interest, mode: mode)
      self.poll = poll
    }

    /// Polls while the source has these conditions.
    mutating func readiness(with bits: Bits) throws -> [Event.Readiness] {
      calls.set(100, bits.rawValue)
      return try poll.events(within: .zero).map(\.readiness)
    }

    /// Polls, and returns the queried conditions; `nil` if the selector does not query the source.
    mutating func question() throws -> Bits? {
      calls.set(100, 0)
      _ = try poll.events(within: .zero)
      return calls.waits.last?.questions[100].map { Bits(rawValue: $0) }
    }
  }

  /// Returns the readiness of the expected event, which has the conditions of the system.
  ///
  /// If the source has failed, the event also has the directions of the interest, because the
  /// program must try all operations. An error without other conditions already means this.
  private func expectedReadiness(_ found: Bits, asked: Bits) -> [Event.Readiness] {
    if found.isEmpty { return [] }
    let hasFailed = !found.isDisjoint(with: .failures) && found != .error
    let tried = hasFailed ? asked.intersection([.readable, .writable]) : []
    return [Event.Readiness(rawValue: found.union(tried).rawValue)]
  }

  @Test(arguments: interests)
  func `a level-triggered source is queried at every poll`(
    _ interest: Interest, _ asked: Bits
  ) throws {
    var trial = try Trial(interest, .level)
    for found in Bits.all where found.isSubset(of: asked.union(.failures)) {
      for _ in 0..<2 {
        #expect(try trial.readiness(with: found) == expectedReadiness(found, asked: asked))
        #expect(try trial.question() == asked)
        for direction in [Direction.readable, .writable] {
          _ = trial.source.withIO(direction) { _ -> Int? in nil }
        }
      }
    }
  }

  @Test(arguments: interests)
  func `a one-shot that was reported is not queried again`(
    _ interest: Interest, _ asked: Bits
  ) throws {
    for found in Bits.all where found.isSubset(of: asked.union(.failures)) && found != [] {
      var trial = try Trial(interest, .oneShot)
      #expect(try trial.readiness(with: found) == expectedReadiness(found, asked: asked))
      for direction in [Direction.readable, .writable] {
        #expect(try trial.question() == nil)
        _ = trial.source.withIO(direction) { _ -> Int? in nil }
      }
      #expect(try trial.question() == nil)
    }
  }

  @Test(arguments: interests)
  func `an edge-triggered direction is queried again after an operation would block`(
    _ interest: Interest, _ asked: Bits
  ) throws {
    for found in Bits.all where found.isSubset(of: asked.union(.failures)) {
      for direction in [Direction.readable, .writable] {
        var trial = try Trial(interest, .edge)
        #expect(try trial.readiness(with: found) == expectedReadiness(found, asked: asked))

        let hasFailed = !found.isDisjoint(with: .failures)
        let isAtEnd = !found.isDisjoint(with: .reading)
        let remaining = hasFailed ? [] : asked.subtracting(isAtEnd ? found.union(.reading) : found)
        #expect(try trial.question() == (hasFailed ? nil : remaining))

        _ = trial.source.withIO(direction) { _ -> Int? in nil }
        let isWriting = direction == .writable
        let again = isWriting ? asked.intersection(.writable) : asked.subtracting(.writable)
        #expect(try trial.question() == remaining.union(again))
      }
    }
  }
}
