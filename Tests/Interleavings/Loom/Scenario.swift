/// A few threads in a small world, and the conditions that must hold afterwards for every schedule.
public struct Scenario {
  /// The name of the scenario, as `family/selector/what`.
  public let name: String

  /// Whether the scenario has too many schedules to test all, so that only random ones are tested.
  public let isLong: Bool

  let body: (Threads) throws -> Void

  /// Creates a scenario.
  ///
  /// - Parameters:
  ///   - name: The name of the scenario, as `family/selector/what`.
  ///   - isLong: Whether only random schedules are tested.
  ///   - body: The closure that makes the world, adds threads, runs them, and checks the outcome.
  ///     An error that it throws is a failure.
  public init(
    _ name: String, isLong: Bool = false, _ body: @escaping (_ threads: Threads) throws -> Void
  ) {
    self.name = name
    self.isLong = isLong
    self.body = body
  }
}

/// The threads of a scenario.
public struct Threads {
  /// Adds a thread.
  ///
  /// - Parameters:
  ///   - name: The name of the thread in a printed schedule.
  ///   - body: The function of the thread. An error that it throws is a failure.
  public func add(_ name: StaticString, _ body: @escaping () throws -> Void) {
    scheduler.add(LogicalThread(name: name, body: body))
  }

  /// Runs all threads until they end.
  public func run() {
    scheduler.run()
  }
}

extension Scenario {
  /// Runs the scenario once, with the choices of the scheduler.
  func execute() {
    scheduler.begin()
    do {
      try body(Threads())
    } catch {
      Loom.fail("the scenario throws \(error)")
    }
  }
}
