/// A few threads in a small world, and the conditions that must hold after every schedule.
public struct Scenario {
  /// What is done, as `family/selector/what`.
  public let name: String

  /// Whether it is too long to go through all of its schedules: only random ones are tried.
  public let isLong: Bool

  let body: (Threads) throws -> Void

  /// Creates a scenario.
  ///
  /// - Parameters:
  ///   - name: What is done, as `family/selector/what`.
  ///   - isLong: Whether only random schedules are tried.
  ///   - body: Makes the world and adds threads, runs them, and checks what came of it. What it throws is
  ///     a failure.
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
  ///   - name: What it is called where a schedule is printed.
  ///   - body: What it does. What it throws is a failure.
  public func add(_ name: StaticString, _ body: @escaping () throws -> Void) {
    scheduler.add(LogicalThread(name: name, body: body))
  }

  /// Runs all threads to their ends.
  public func run() {
    scheduler.run()
  }
}

extension Scenario {
  /// Runs it once, with the choices that the scheduler makes.
  func execute() {
    scheduler.begin()
    do {
      try body(Threads())
    } catch {
      Loom.fail("the scenario throws \(error)")
    }
  }
}
