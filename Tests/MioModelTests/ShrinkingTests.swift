import MioCore
import TestHelpers
import Testing

/// The faults that the model finds, and the short sequences that reproduce them.
@Suite(.guardingDescriptors(limit: .seconds(300)))
struct ShrinkingTests {
  private func trial(_ selector: TestedSelector, _ fault: Fault) throws -> Trial {
    try Trial(selector.latitude) { () throws(IOError) in
      FaultyPoll(try selector.makeLosslessPoll(), fault)
    }
  }

  @Test(arguments: TestedSelector.allCases, Fault.allCases)
  func `a fault is found, and its sequence is shrunk to the necessary operations`(
    _ selector: TestedSelector, _ fault: Fault
  ) throws {
    let trial = try trial(selector, fault)
    let failure = try #require(try trial.search(10_000, seed: 1).0)
    #expect(failure.sequence.count <= 7, "\(failure)")
    #expect(try trial.run(failure.sequence) != nil)
    for index in failure.sequence.indices {
      var rest = failure.sequence
      rest.remove(at: index)
      #expect(try trial.run(rest) == nil, "without operation \(index): \(failure)")
    }
  }

  @Test
  func `operations that do not contribute to a fault are removed`() throws {
    let trial = try trial(try #require(TestedSelector.allCases.first), .confusesErrors)
    let needed: [Operation] = [
      .open(.unix, 0, 1), .register(0, .readable, .edge, by: 0),
      .register(0, .readable, .edge, by: 0),
    ]
    var sequence: [Operation] = []
    for operation in needed {
      sequence += [.open(.pipe, 2, 3), .write(2, 10), .poll(0, capacity: 1), .close(3), operation]
    }
    sequence += [.deregister(0, by: 0), .poll(0, capacity: 64)]
    #expect(try trial.shrink(sequence) == needed)
  }

  @Test
  func `a failure is printed in a form that can be run again`() {
    let failure = Failure(
      seed: 7,
      sequence: [
        .open(.tcp, 0, 1), .register(0, [.readable, .priority], .oneShot, by: 2),
        .shutdown(1, .write), .poll(0, capacity: 1, waits: true),
      ],
      reason: Disagreement("why"))
    #expect(
      failure.description == """
        why
        seed 7 (scripts/check-model 1 7 runs it again), shrunk to:
        [
          .open(.tcp, 0, 1),
          .register(0, [.readable, .priority], .oneShot, by: 2),
          .shutdown(1, .write),
          .poll(0, capacity: 1, waits: true),
        ]
        """)
  }

  @Test
  func `the same seed generates the same operations`() {
    var first = OperationGenerator(seed: 3)
    var second = OperationGenerator(seed: 3)
    var third = OperationGenerator(seed: 4)
    let operations = (0..<100).map { _ in first.next() }
    #expect((0..<100).map { _ in second.next() } == operations)
    #expect((0..<100).map { _ in third.next() } != operations)
  }
}
