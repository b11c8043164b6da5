import CLibrary
import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// Urgent data on systems such as Darwin, where `EVFILT_EXCEPT` is also active for ordinary data.
struct PriorityTests {
  static let urgent = Event(token: 7, readiness: .priority)

  /// Makes Darwin's filter active for ordinary data only, which has no note.
  private func receivePlainData(_ kernel: ScriptedKernel) {
    kernel.happen(C_MIO_EVFILT_EXCEPT, 5, data: 12)
  }

  private func receiveUrgentData(_ kernel: ScriptedKernel) {
    kernel.happen(C_MIO_EVFILT_EXCEPT, 5, notes: C_MIO_NOTE_OOB)
  }

  @Test
  func `a one-shot for urgent data is not reported for ordinary data`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .priority, mode: .oneShot)
    receivePlainData(scripted.kernel)
    #expect(try scripted.next() == [])
    receiveUrgentData(scripted.kernel)
    #expect(try scripted.next() == [Self.urgent])
    receiveUrgentData(scripted.kernel)
    #expect(try scripted.next() == [])
    // A reported one-shot source is no longer watched, so that ordinary data does not wake the
    // poller.
    #expect(
      scripted.kernel.state.withLock { $0.knotes.values.map(\.isDisabled) } == [true])
    try scripted.poll.registry.reregister(source, token: 7, interest: .priority, mode: .oneShot)
    #expect(try scripted.next() == [Self.urgent])
  }

  @Test
  func `a one-shot is reported only once, for urgent data or for another direction`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .priority], mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
    receiveUrgentData(scripted.kernel)
    #expect(try scripted.next() == [])
  }

  @Test
  func `a level-triggered source is reported for urgent data only, at every poll`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .priority, mode: .level)
    receiveUrgentData(scripted.kernel)
    for _ in 0..<3 { #expect(try scripted.next() == [Self.urgent]) }
    receivePlainData(scripted.kernel)
    for _ in 0..<3 { #expect(try scripted.next() == []) }
  }

  @Test
  func `a level-triggered source with ordinary data does not make the poll spin`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .priority, mode: .level)
    receivePlainData(scripted.kernel)
    let before = scripted.kernel.count(.wait)
    // A poll that spins fails here.
    scripted.kernel.fail(.wait, with: 0, 0, 0, EBADF)
    try scripted.poll.poll(into: &scripted.events, timeout: .seconds(1))
    #expect(scripted.events.isEmpty)
    // The first call finds the ordinary data, and the second call sleeps.
    #expect(scripted.kernel.count(.wait) - before == 2)
  }

  @Test
  func `an edge is reported for each urgent byte`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .priority)
    for _ in 0..<2 {
      receiveUrgentData(scripted.kernel)
      #expect(try scripted.next() == [Self.urgent])
      #expect(try scripted.next() == [])
    }
  }
  @Test
  func `a record of ordinary data that is not reported hides no other source`() throws {
    var scripted = try ScriptedPoll(capacity: 1)
    let silent = (5 as UInt).source
    let ready = (6 as UInt).source
    try scripted.poll.registry.register(silent, token: 7, interest: .priority)
    try scripted.poll.registry.register(ready, token: 8, interest: .readable)
    receivePlainData(scripted.kernel)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 6)
    #expect(try scripted.next() == [Event(token: 8, readiness: .readable)])
  }
}
