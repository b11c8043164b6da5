import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// A check finds mistakes with a mock.
@Suite(.takingTurns(limit: .seconds(60)))
struct MockEdgeMistakeTests {
  @Test
  func `an edge that is not drained when the mock loses its patience`() throws {
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
  func `a level that is told and ignored in every turn`() throws {
    let check = EdgeCheck(repetitionLimit: 5)
    let pair = MockStream.pair()
    let program = try MistakenProgram(Poll(CheckedSelector(MockSelector(), reportingTo: check)))
    try program.spin(pair)
    #expect(check.findings.map(\.mistake) == [.ignoredEvent])
  }
}
