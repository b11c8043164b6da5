import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// A check finds mistakes with a mock.
@Suite(.takingTurns(limit: .seconds(60)))
struct MockEdgeMistakeTests {
  @Test
  func `an undrained edge is found when the patience of the mock has ended`() throws {
    let check = EdgeCheck()
    let selector = MockSelector()
    selector.queue.patience = .milliseconds(20)
    let pair = MockStream.pair()
    let program = try MistakenProgram(Poll(CheckedSelector(selector, reportingTo: check)))
    do throws(IOError) {
      try program.readOnce(pair)
      Issue.record("the wait ended")
    } catch {
      #expect(error.kind == .timedOut)
    }
    #expect(check.findings.first?.mistake == .undrainedEdge)
    #expect(
      check.findings.first?.description
        == MistakeText.readOnce.replacing("$", with: "\(pair.first.descriptor)"))
  }

  @Test
  func `an event of a mock that is ignored in every turn is found`() throws {
    let check = EdgeCheck(repetitionLimit: 5)
    let pair = MockStream.pair()
    let program = try MistakenProgram(Poll(CheckedSelector(MockSelector(), reportingTo: check)))
    try program.spin(pair)
    #expect(check.findings.map(\.mistake) == [.ignoredEvent])
  }
}
