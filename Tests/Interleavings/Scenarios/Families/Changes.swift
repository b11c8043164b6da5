import Loom
import MioCore

/// Registrations that change during polls: ready sources are found, and ended ones are not
/// reported.
func changes<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  changesDuringWaits(backend) + changesDuringLooks(backend) + closing(backend)
}

// MARK: - Polls without a timeout

private func changesDuringWaits<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [
    registeredDuringWait(backend),
    backend.scenario("changes", "reregister ∥ poll for ever") { threads, world in
      let poller = try world.makePoller()
      let registry = try poller.duplicate()
      let source = world.makeSource(isReadable: true)
      try registry.register(source, 1)
      Loom.check(try poller.wait(.zero) == [1], "not reported at first")
      threads.add("poller") {
        let tokens = try poller.wait()
        Loom.check(tokens == [2], "reported: \(tokens)")
      }
      threads.add("other") { try registry.reregister(source, 2) }
      threads.run()
    },
    backend.scenario("changes", "deregister ∥ polls for ever, of another source") {
      threads, world in
      let poller = try world.makePoller()
      let registry = try poller.duplicate()
      let (gone, other) = (world.makeSource(isReadable: true), world.makeSource(isReadable: true))
      try registry.register(gone, 1)
      try registry.register(other, 2)
      var isGone = false
      threads.add("poller") {
        var tokens: [UInt] = []
        while !tokens.contains(2) {
          let mustBeSilent = isGone
          tokens = try poller.wait()
          Loom.check(!mustBeSilent || !tokens.contains(1), "reported after deregister")
        }
      }
      threads.add("other") {
        try registry.deregister(gone)
        isGone = true
      }
      threads.run()
    },
  ]
}

/// A source that is registered while the poller sleeps ends its sleep.
private func registeredDuringWait<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("changes", "register ∥ poll for ever") { threads, world in
    let poller = try world.makePoller()
    let registry = try poller.duplicate()
    let source = world.makeSource(isReadable: true)
    threads.add("poller") {
      let tokens = try poller.wait()
      Loom.check(tokens == [1], "reported: \(tokens)")
    }
    threads.add("other") { try registry.register(source, 1) }
    threads.run()
  }
}

// MARK: - Polls that do not wait

private func changesDuringLooks<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  /// Makes a scenario with two ready sources, of which the second is never changed.
  ///
  /// The poll looks for ready sources without waiting.
  func scenario(
    _ what: String, capacity: Int = 4, isGoneReady: Bool = true, _ mode: TriggerMode = .edge,
    expects: [[UInt]],
    _ change: @escaping (SharedRegistry<S>, SharedSource) throws(IOError) -> Void
  ) -> Scenario {
    backend.scenario("changes", "\(what) ∥ poll that does not wait, room for \(capacity)") {
      threads, world in
      let poller = try world.makePoller(capacity: capacity)
      let registry = try poller.duplicate()
      let changed = world.makeSource(isReadable: isGoneReady)
      let other = world.makeSource(isReadable: true)
      try registry.register(changed, 1, .readable, mode)
      try registry.register(other, 2)
      threads.add("poller") {
        let tokens = try poller.wait(.zero).sorted()
        Loom.check(expects.contains(tokens), "what is ready is not found, but: \(tokens)")
      }
      threads.add("other") { try change(registry, changed) }
      threads.run()
    }
  }
  return [
    scenario("deregister", expects: [[2], [1, 2]]) { registry, source throws(IOError) in
      try registry.deregister(source)
    },
    scenario("deregister", capacity: 1, expects: [[1], [2]]) { registry, source throws(IOError) in
      try registry.deregister(source)
    },
    scenario(
      "deregister of what is not ready", isGoneReady: false, expects: [[2]]
    ) { registry, source throws(IOError) in
      try registry.deregister(source)
    },
    // If a source changes during a poll that reports the other source, the next poll may report it.
    scenario("reregister", expects: [[2], [1, 2], [2, 3]]) { registry, source throws(IOError) in
      try registry.reregister(source, 3)
    },
    scenario("reregister", capacity: 1, expects: [[1], [2], [3]]) {
      registry, source throws(IOError) in
      try registry.reregister(source, 3)
    },
    scenario("deregister of a one-shot", capacity: 1, .oneShot, expects: [[1], [2]]) {
      registry, source throws(IOError) in
      try registry.deregister(source)
    },
    scenario("deregister, register", expects: [[2], [1, 2], [2, 3]]) {
      registry, source throws(IOError) in
      try registry.deregister(source)
      try registry.register(source, 3)
    },
    replacedByAnother(backend),
    wakeBesideReady(backend),
    oneShotBesideReady(backend),
  ]
}

/// A condition of a closed source is not reported for the source that takes its place.
private func replacedByAnother<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("changes", "another source in the place of one ∥ polls") { threads, world in
    let poller = try world.makePoller()
    let registry = try poller.duplicate()
    let (gone, next) = (world.makeSource(isReadable: true), world.makeSource())
    try registry.register(gone, 1)
    threads.add("poller") {
      for timeout in [Duration.zero, .milliseconds(1)] {
        Loom.check(try !poller.wait(timeout).contains(3), "reported, though it is not ready")
      }
    }
    threads.add("other") {
      try registry.deregister(gone)
      try registry.register(next, 3)
    }
    threads.run()
  }
}

/// The notifier's own record takes no capacity from ready sources.
private func wakeBesideReady<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("changes", "wake ∥ polls that do not wait, room for 1") { threads, world in
    let poller = try world.makePoller(capacity: 1)
    let waker = try poller.makeWaker(1)
    let source = world.makeSource(isReadable: true)
    try poller.registry.register(source, token: 2, interest: .readable, mode: .level)
    threads.add("poller") {
      for _ in 0..<3 { Loom.check(try !poller.wait(.zero).isEmpty, "a level is not found") }
    }
    threads.add("waker") { for _ in 0..<2 { try waker.wake() } }
    threads.run()
  }
}

/// A one-shot source is reported once for both directions: its second record takes no capacity.
private func oneShotBesideReady<S: Selector & ~Copyable>(_ backend: Backend<S>) -> Scenario {
  backend.scenario("changes", "wake ∥ a one-shot, and a level, room for 1") { threads, world in
    let poller = try world.makePoller(capacity: 1)
    let waker = try poller.makeWaker(1)
    let (once, always) = (world.makeSource(isReadable: true), world.makeSource(isReadable: true))
    try poller.registry.register(
      once, token: 3, interest: [.readable, .writable], mode: .oneShot)
    try poller.registry.register(always, token: 2, interest: .readable, mode: .level)
    var shots = 0
    threads.add("poller") {
      for _ in 0..<4 {
        let tokens = try poller.wait(.zero)
        Loom.check(!tokens.isEmpty, "a level is not found")
        if tokens == [3] { shots += 1 }
      }
    }
    threads.add("waker") { try waker.wake() }
    threads.run()
    Loom.check(shots == 1, "a one-shot is reported \(shots) times")
  }
}

// MARK: - Closing

private func closing<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  [
    backend.scenario("changes", "close ∥ polls that do not wait") { threads, world in
      let poller = try world.makePoller()
      let gone = Box<SharedSource?>(world.makeSource(isReadable: true))
      let other = world.makeSource(isReadable: true)
      try gone.value.map { try poller.registry.register($0, token: 1, interest: .readable) }
      try poller.registry.register(other, token: 2, interest: .readable)
      var isGone = false
      var tokens: [UInt] = []
      threads.add("poller") {
        for _ in 0..<2 {
          let mustBeSilent = isGone
          let found = try poller.wait(.zero)
          Loom.check(!mustBeSilent || !found.contains(1), "reported after it was closed")
          tokens += found
        }
      }
      threads.add("other") {
        gone.value = nil
        isGone = true
      }
      threads.run()
      tokens += try poller.wait(.zero)
      Loom.check(tokens.count { $0 == 1 } <= 1, "reported twice")
      Loom.check(tokens.count { $0 == 2 } == 1, "the other is reported otherwise than once")
    },
    backend.scenario("changes", "close, register anew ∥ polls that do not wait") { threads, world in
      let poller = try world.makePoller()
      let registry = try poller.duplicate()
      let gone = Box<SharedSource?>(world.makeSource(isReadable: true))
      let next = Box<SharedSource?>(nil)
      try gone.value.map { try registry.register($0, 1) }
      var tokens: [UInt] = []
      threads.add("poller") { for _ in 0..<2 { tokens += try poller.wait(.zero) } }
      threads.add("other") {
        gone.value = nil
        // The number of the closed source is free now.
        let source = world.makeSource(isReadable: true)
        next.value = source
        try registry.register(source, 2)
      }
      threads.run()
      tokens += try poller.wait(.zero)
      Loom.check(tokens.count { $0 == 1 } <= 1, "reported twice: \(tokens)")
      Loom.check(tokens.count { $0 == 2 } == 1, "the new source's reports: \(tokens)")
    },
    backend.scenario("changes", "drain, close ∥ polls ∥ peer writes") { threads, world in
      let poller = try world.makePoller()
      let gone = Box<SharedSource?>(world.makeSource())
      try gone.value.map { try poller.registry.register($0, token: 1, interest: .readable) }
      threads.add("poller") { for _ in 0..<2 { _ = try poller.wait(.zero) } }
      threads.add("reader") {
        gone.value?.drain()
        gone.value = nil
      }
      threads.add("peer") { [weak source = gone.value] in source?.peerWrites() }
      threads.run()
    },
    backend.scenario("changes", "drain, close ∥ the poll goes") { threads, world in
      let poller = Box<Poller<S>?>(try world.makePoller())
      let gone = Box<SharedSource?>(world.makeSource(isReadable: true))
      try gone.value.map { try poller.value?.registry.register($0, token: 1, interest: .readable) }
      _ = try poller.value?.wait(.zero)
      threads.add("poller") { poller.value = nil }
      threads.add("reader") {
        gone.value?.drain()
        gone.value = nil
      }
      threads.run()
    },
  ]
}
