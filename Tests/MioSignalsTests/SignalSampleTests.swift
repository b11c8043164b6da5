import CLibrary
import MioCore
import MioSignals
import MioSystem
import TestHelpers
import Testing

/// The samples of the documents.
@Suite(.guardingDescriptors)
struct SignalSampleTests {
  @Test
  func `the sample program reloads its configuration on SIGHUP, and ends on SIGTERM`() async {
    await #expect(processExitsWith: .success) {
      let poll = try Poll<SystemSelector>()
      let signals = try SignalSource([.interrupt, .terminate, .hangup])
      try poll.registry.register(signals, token: 1, interest: .readable)
      raiseHere(SIGHUP)
      var loads = 0
      try receive(signals) { loads += 1 }
      #expect(loads == 1)
      raiseHere(SIGTERM)
      try receive(signals) { loads += 1 }
      #expect(loads == 1)
    }
  }
}

private func receive(
  _ signals: borrowing SignalSource, _ reload: () -> Void
) throws(IOError) {
  while let arrived = try signals.receive() {
    if arrived.contains(.hangup) { reload() }
    if !arrived.isDisjoint(with: [.interrupt, .terminate]) { return }
  }
}
