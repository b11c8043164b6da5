import Loom
import MioCore

/// One source that several threads register, with one or two selectors.
final class RegistrationWorld<S: Selector & ~Copyable> {
  private let world: World<S>
  private let pollers: [Poller<S>]
  private let registries: [SharedRegistry<S>]
  let source: SharedSource
  private var history = History()

  init(_ world: World<S>, selectors: Int) throws {
    self.world = world
    pollers = try (0..<selectors).map { _ in try world.makePoller() }
    registries = try pollers.map { try $0.duplicate() }
    source = world.makeSource(isReadable: true)
  }

  func start(registered token: UInt) throws {
    try registries[0].register(source, token)
    history.initial = .with(selector: 0, token: token)
  }

  /// Registers the source with a selector that is destroyed afterwards.
  func startTakenOver() throws {
    let gone = try world.makePoller()
    try gone.registry.register(source, token: 9, interest: .readable)
  }
}

// MARK: - Calls of the threads

extension RegistrationWorld where S: ~Copyable {
  func register(_ token: UInt, with selector: Int = 0) {
    run(.register, selector, token) { () throws(IOError) in
      try registries[selector].register(source, token)
    }
  }

  func reregister(_ token: UInt, with selector: Int = 0) {
    run(.reregister, selector, token) { () throws(IOError) in
      try registries[selector].reregister(source, token)
    }
  }

  func deregister(from selector: Int = 0) {
    run(.deregister, selector, 0) { () throws(IOError) in
      try registries[selector].deregister(source)
    }
  }

  private func run(
    _ name: History.Operation.Name, _ selector: Int, _ token: UInt,
    _ body: () throws(IOError) -> Void
  ) {
    let start = Loom.now
    let error = kind(body)
    history.add(
      History.Operation(
        name: name, selector: selector, token: token, start: start, end: Loom.now, error: error))
  }
}

// MARK: - Conditions

extension RegistrationWorld where S: ~Copyable {
  /// Checks the outcome after all threads have ended.
  ///
  /// The source is ready and was never reported. Polls therefore show the selector with which it is
  /// registered, and its token.
  func check() throws {
    let found = try pollers.enumerated().flatMap { selector, poller in
      try poller.wait(.zero).map { Registered.with(selector: selector, token: $0) }
    }
    Loom.check(found.count <= 1, "watched twice: \(found)")
    let final = found.first ?? .none
    Loom.check(
      source.isRegistered == (final != .none),
      "the source says \(source.isRegistered ? "registered" : "free"), polls \(final)")
    Loom.check(history.isExplained(by: final), "no order explains: \(history), then \(final)")
    try checkUse(after: final)
  }

  /// Checks that the source can still be used.
  private func checkUse(after final: Registered) throws {
    if case .with(let selector, _) = final { try registries[selector].deregister(source) }
    for (selector, registry) in registries.enumerated() {
      try registry.register(source, 77)
      Loom.check(try pollers[selector].wait(.zero) == [77], "not watched when registered anew")
      try registry.deregister(source)
      Loom.check(try pollers[selector].wait(.zero) == [], "watched when deregistered")
    }
  }
}
