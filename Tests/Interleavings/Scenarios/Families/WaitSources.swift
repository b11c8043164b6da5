import Loom
import MioCore
import MioWindows

/// Waits for objects: a source that changes its selector is reported by the new one, and only by it.
func waitSources() -> [Scenario] {
  [TriggerMode.edge, .level].flatMap { mode in
    [
      scenario("the source changes its selector ∥ polls of both/\(mode)") { threads, world in
        try world.start(mode)
        threads.add("first") { try world.pollFirst() }
        threads.add("second") { try world.pollSecond() }
        threads.add("other") { try world.move(mode) }
        threads.run()
        Loom.check(world.isReported, "the new selector never reports the source")
      },
      scenario("the source changes its selector ∥ the first goes/\(mode)") { threads, world in
        try world.start(mode)
        threads.add("first") {
          try world.pollFirst()
          world.firstPoller = nil
        }
        threads.add("second") { try world.pollSecond() }
        threads.add("other") { try world.move(mode) }
        threads.run()
        Loom.check(world.isReported, "the new selector never reports the source")
      },
    ]
  }
}

private func scenario(
  _ what: String, _ body: @escaping (_ threads: Threads, _ world: WaitWorld) throws -> Void
) -> Scenario {
  Scenario("waits/\(what)") { threads in
    let afd = AFDModel()
    let model = WaitModel(afd)
    try body(threads, WaitWorld(afd, model))
    let remains = afd.remains + model.remains
    Loom.check(remains.isEmpty, "left: \(remains.joined(separator: ", "))")
  }
}

/// A source that threads of a scenario can hold.
private final class SharedWait {
  private let source: WaitSource

  init(_ calls: WaitModel) throws(IOError) {
    source = try WaitSource(
      borrowing: Descriptor(rawValue: WaitModel.object), calls: calls)
  }

  func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, _ token: UInt, _ mode: TriggerMode
  ) throws(IOError) {
    try registry.register(source, token: Token(token), interest: .readable, mode: mode)
  }

  func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError) {
    try registry.deregister(source)
  }
}

/// A wait for an object that stays signaled, and two polls.
private final class WaitWorld {
  var firstPoller: Poller<AFD>?
  let secondPoller: Poller<AFD>
  /// The registry of the first poll; `nil` after the source has changed its selector.
  private var first: SharedRegistry<AFD>?
  private let source: SharedWait
  /// Whether the second poll has reported the source.
  var isReported = false

  init(_ afd: AFDModel, _ model: WaitModel) throws {
    let poller = try Poller(AFD(calls: ScriptedAFD(afd)), capacity: 4)
    firstPoller = poller
    secondPoller = try Poller(AFD(calls: ScriptedAFD(afd)), capacity: 4)
    first = try poller.duplicate()
    source = try SharedWait(model)
  }

  func start(_ mode: TriggerMode) throws {
    if let first { try source.register(with: first.registry, 1, mode) }
  }

  func move(_ mode: TriggerMode) throws {
    if let first { try source.deregister(from: first.registry) }
    first = nil
    try source.register(with: secondPoller.registry, 2, mode)
  }

  func pollFirst() throws {
    for _ in 0..<2 {
      let tokens = try firstPoller?.wait(.zero) ?? []
      Loom.check(!tokens.contains(2), "the first selector reports the second registration")
    }
  }

  func pollSecond() throws {
    while !isReported, let tokens = try secondPoller.waitUnlessForEver() {
      Loom.check(!tokens.contains(1), "the second selector reports the first registration")
      isReported = tokens.contains(2)
    }
  }
}
