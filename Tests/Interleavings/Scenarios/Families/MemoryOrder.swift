import Loom
import MioCore

/// What atomics hand over from one thread to another: plain memory that is written before is read after.
///
/// Wakes are in `WakeLedger`.
func memoryOrder() -> [Scenario] {
  [
    handedOverByRegistration(epoll),
    handedOverByDeadSelector(epoll),
    recordIsPublished(),
    recordsArePublished(),
    recordsAreReleased(),
  ]
}

// MARK: - Registrations

/// Who registers a source that another thread has deregistered finds what that thread did before.
private func handedOverByRegistration<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("memory order", "deregister hands over to register") { threads, world in
    let poller = try world.makePoller()
    let registries = [try poller.duplicate(), try poller.duplicate()]
    let source = world.makeSource()
    let note = Plain("what the old owner leaves", 0)
    try registries[0].register(source, 1)
    threads.add("old") {
      note.write(1)
      try registries[0].deregister(source)
    }
    threads.add("new") {
      let error = kind { () throws(IOError) in try registries[1].register(source, 2) }
      if error == nil { _ = note.read() }
    }
    threads.run()
  }
}

/// Who takes a source over from a selector that is gone finds what was done before it went.
private func handedOverByDeadSelector<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("memory order", "a selector that goes hands over to register") {
    threads, world in
    let old = Box<Poller<S>?>(try world.makePoller())
    let poller = try world.makePoller()
    let registry = try poller.duplicate()
    let source = world.makeSource()
    let note = Plain("what the old owner leaves", 0)
    try old.value?.registry.register(source, token: 1, interest: .readable)
    threads.add("old") {
      note.write(1)
      old.value = nil
    }
    threads.add("new") {
      let error = kind { () throws(IOError) in try registry.register(source, 2) }
      if error == nil { _ = note.read() }
    }
    threads.run()
  }
}

// MARK: - Records

/// A record whose contents are written before it is published, and read when it is told something.
private final class ProbeRecord: RegistrationRecord, @unchecked Sendable {
  private let contents = Plain("a record's contents", 0)
  private let end: Plain<Int>

  init(_ selector: SelectorIdentity, end: Plain<Int> = Plain("the record's end", 0)) {
    self.end = end
    super.init(selector: selector)
    contents.write(1)
  }

  deinit { end.write(1) }

  override func wouldBlock(_ direction: Direction) {
    _ = contents.read()
    _ = end.read()
  }

  var isWhole: Bool { contents.read() == 1 }
}

private func recordIsPublished() -> Scenario {
  Scenario("memory order/records/one is published") { threads in
    let state = RegistrationState()
    let identity = SelectorIdentity()
    threads.add("first") { state.add(ProbeRecord(identity)) }
    threads.add("second") { state.wouldBlock(.readable) }
    threads.add("third") {
      if let record = state.record(of: identity) as? ProbeRecord {
        Loom.check(record.isWhole, "a record is found half made")
      }
    }
    threads.run()
  }
}

/// Of two selectors, at the same time: the one below is handed over with the one above.
private func recordsArePublished() -> Scenario {
  Scenario("memory order/records/two are published") { threads in
    let state = RegistrationState()
    let identities = [SelectorIdentity(), SelectorIdentity()]
    threads.add("first") { state.add(ProbeRecord(identities[0])) }
    threads.add("second") { state.add(ProbeRecord(identities[1])) }
    threads.add("third") { state.wouldBlock(.readable) }
    threads.run()
    for identity in identities {
      Loom.check(state.record(of: identity) != nil, "a record is lost")
    }
  }
}

/// The source's end ends its records, and each once.
private func recordsAreReleased() -> Scenario {
  Scenario("memory order/records/all go with their source") { threads in
    let ends = (0..<2).map { _ in Plain("the record's end", 0) }
    let box = Box<StateBox?>(StateBox())
    for (name, end) in zip(["first", "second"] as [StaticString], ends) {
      let shared = box.value
      threads.add(name) {
        shared?.state.add(ProbeRecord(SelectorIdentity(), end: end))
        shared?.state.wouldBlock(.readable)
      }
    }
    threads.run()
    box.value = nil
    Loom.check(ends.allSatisfy { $0.read() == 1 }, "a record outlives its source")
  }
}

private final class StateBox {
  let state = RegistrationState()
}
