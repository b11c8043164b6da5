import Loom
import MioCore

/// The happens-before edges of atomics: a write to plain memory by one thread is seen by another.
///
/// The edges of wakes are in `WakeLedger`.
func memoryOrder() -> [Scenario] {
  publishedRecords() + [
    handedOverByRegistration(epoll), handedOverByDeadSelector(epoll),
    handedOverByRegistration(emulated), handedOverByDeadSelector(emulated),
  ]
}

// MARK: - Registrations

/// A thread that registers a source sees the operations of the thread that deregistered it.
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

/// A thread that registers the source of a destroyed selector sees the operations before the end.
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

/// A record whose contents are written before its publication, and read by its notification.
private final class ProbeRecord: RegistrationRecord, @unchecked Sendable {
  private let contents = Plain("a record's contents", 0)
  private let end: Plain<Int>

  init(_ selector: SelectorIdentity, end: Plain<Int> = Plain("a record's end", 0)) {
    self.end = end
    super.init(selector: selector)
    contents.write(1)
  }

  deinit { end.write(1) }

  override func wouldBlock(_ direction: Direction) {
    Loom.check(contents.read() == 1, "a record is found half made")
    Loom.check(end.read() == 0, "a record is used that is gone")
  }
}

/// The state of a source, to which one thread at a time adds records.
private final class RecordWorld {
  let state = RegistrationState()
  var identities = [SelectorIdentity(), SelectorIdentity(), SelectorIdentity()]
  let ends = (0..<3).map { _ in Plain("a record's end", 0) }

  func add(_ number: Int) {
    state.add(ProbeRecord(identities[number], end: ends[number]))
  }

  func dropSelector(_ number: Int) { identities[number] = SelectorIdentity() }
}

private func records(
  _ what: String, _ body: @escaping (_ threads: Threads, _ world: RecordWorld) -> Void
) -> Scenario {
  Scenario("memory order/records/\(what)") { threads in
    let ends: [Plain<Int>]
    do {
      let world = RecordWorld()
      ends = world.ends
      body(threads, world)
      for number in world.identities.indices { world.add(number) }
    }
    Loom.check(ends.allSatisfy { $0.read() == 1 }, "a record outlives its source")
  }
}

/// Threads that traverse the records while another thread adds some.
private func publishedRecords() -> [Scenario] {
  [
    records("the first is published") { threads, world in
      threads.add("adds") { world.add(0) }
      threads.add("tells") { world.state.wouldBlock(.readable) }
      threads.add("looks") { _ = world.state.record(of: world.identities[0]) }
      threads.run()
      world.dropSelector(0)
    },
    records("the second is published") { threads, world in
      world.add(0)
      threads.add("adds") { world.add(1) }
      threads.add("tells") { world.state.wouldBlock(.readable) }
      threads.run()
      world.dropSelector(0)
      world.dropSelector(1)
    },
    records("those of selectors that are gone are taken out") { threads, world in
      world.add(0)
      world.dropSelector(0)
      threads.add("adds") {
        world.add(1)
        world.dropSelector(1)
        world.add(2)
        world.dropSelector(2)
      }
      threads.add("tells") { for _ in 0..<2 { world.state.wouldBlock(.readable) } }
      threads.add("tells too") { world.state.wouldBlock(.writable) }
      threads.run()
    },
  ]
}
