import MioCore
import Synchronization

// C4, C16: several threads that use one source at the same time.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  /// Checks that the source and the system agree on whether the source is registered.
  ///
  /// Several threads register and deregister the source at the same time.
  ///
  /// - Parameter deregistrars: The number of threads that deregister while one thread registers.
  /// - Throws: ``ContractViolation`` if they do not agree.
  func registrationsStayWhole(deregistrars: Int) throws {
    var poll = try fixture.makeConformancePoll()
    let shared = Shared(try fixture.makePair(), try poll.poll.registry.duplicate())
    try shared.pair.second.send("ready")
    let strange = Atomic(0)
    for burst in 0..<10 {
      let registrar = TestThread {
        for _ in 0..<2000 {
          strange.count(unless: .alreadyRegistered) { () throws(IOError) in
            try shared.registry.register(shared.pair.first, token: 1, interest: .readable)
          }
        }
      }
      TestThread.run(count: deregistrars) {
        for _ in 0..<2000 {
          strange.count(unless: .notRegistered) { () throws(IOError) in
            try shared.registry.deregister(shared.pair.first)
          }
        }
      }
      registrar.join()
      try require(strange.load(ordering: .acquiring) == 0, "an error that does not belong here")
      try requireWhole(&poll, shared, "after \(burst + 1) bursts")
    }
  }

  /// Requires that the source is registered or can be registered, and that it then reports events.
  private func requireWhole(
    _ poll: inout ConformancePoll<S>, _ shared: borrowing Shared<S, Stream>, _ when: String
  ) throws {
    do throws(IOError) {
      try poll.poll.registry.deregister(shared.pair.first)
    } catch {
      try require(error.kind == .notRegistered, "\(when), deregistering says '\(error)'")
    }
    do throws(IOError) {
      try poll.poll.registry.register(shared.pair.first, token: 2, interest: .readable)
    } catch {
      throw ContractViolation(
        "\(when), a source that is not registered cannot be: '\(error)'", file: #fileID, line: #line
      )
    }
    try poll.expect(2, "\(when), readable", where: \.isReadable)
    try poll.poll.registry.deregister(shared.pair.first)
    try poll.expectSilence(of: 1, 2, because: "\(when), it was deregistered")
  }

  func sourceClosedElsewhereIsClosedAtOnce() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    // After this event the system watches the source, even if its selector registers lazily.
    try poll.expect(1, "writable", where: \.isWritable)
    let second = pair.second
    let first = Handover(pair.first)
    TestThread { first.drop() }.join()
    try require(
      waitUntil { second.isAtItsEnd }, "nobody polls, and the peer does not learn of the end")
    try poll.expectSilence(of: 1, because: "it was closed")
  }

  func pollAndSourceEndOnDifferentThreads() throws {
    for isPollFirst in [true, false] {
      var poll = try fixture.makePoll()
      var events = try Events<S>(capacity: 4)
      let pair = try fixture.makePair()
      try poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
      try poll.poll(into: &events, timeout: patience)
      let second = pair.second
      let first = Handover(pair.first)
      let polled = Handover(poll)
      if isPollFirst { TestThread { polled.drop() }.join() }
      TestThread { first.drop() }.join()
      try require(waitUntil { second.isAtItsEnd }, "the peer does not learn of the end")
      polled.drop()
    }
  }

  func closedListenersPortIsFree() throws {
    guard let makeListener = fixture.makeListener else {
      throw ContractViolation("the fixture makes no listener", file: #fileID, line: #line)
    }
    var poll = try fixture.makeConformancePoll()
    for _ in 0..<10 {
      let listener = try makeListener()
      try listener.register(poll.poll.registry)
      try poll.expectSilence(of: 1, because: "nobody connects")
      listener.close()
      try listener.bindAgain()
    }
  }
}

extension Atomic where Value == Int {
  /// Runs an operation, and counts its error unless the error is of this kind.
  fileprivate func count(
    unless kind: IOError.Kind, _ operation: () throws(IOError) -> Void
  ) {
    do throws(IOError) {
      try operation()
    } catch {
      if error.kind != kind { add(1, ordering: .acquiringAndReleasing) }
    }
  }
}

/// A value that any thread with access to it can destroy.
private final class Handover<Value: ~Copyable & Sendable>: @unchecked Sendable {
  // Safety of `@unchecked`: the threads that call `drop` run one after the other.

  private var value: Value?

  init(_ value: consuming Value) {
    self.value = consume value
  }

  func drop() {
    value = nil
  }
}
