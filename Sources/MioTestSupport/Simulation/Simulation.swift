import CMioThread
public import MioCore

/// A simulated world of hosts, a network and a clock, which runs real programs without a kernel.
///
/// A program is a closure that runs on a host. It polls, accepts, connects, reads and writes as it
/// would with a kernel. When it blocks in a poll, another program runs. When all programs wait, the
/// clock advances to the next event. A test of one hour therefore takes almost no time. Only the
/// seed decides which program runs, how long a segment is in transit, and which faults strike.
///
///     let simulation = Simulation(seed: 1, faults: .hostile)
///     let server = simulation.addHost("server")
///     server.serve {
///       let listener = try SimulatedListener(port: 7)
///       var echo = try EchoServer<SimulatedSelector, _, _>(listener)
///       try echo.run()
///     }
///     simulation.addHost("client").run {
///       let stream = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
///       …
///     }
///     try simulation.run()
///
/// ``explore(_:from:faults:_:)`` runs a scenario with many seeds. A simulation runs completely on
/// the thread that calls ``run(for:)``, and two simulations share no state.
public final class Simulation {
  /// The seed, which determines everything that happens.
  public let seed: UInt64

  /// The current time, which all hosts share.
  public private(set) var now = Instant(nanoseconds: 1_000_000_000)

  /// The events of the simulation so far.
  public private(set) var trace = Trace(capacity: 1000)

  /// The maximum number of calls that the programs of one run may make.
  ///
  /// The limit stops a program that makes calls in a loop while no time passes.
  public var callLimit = 1_000_000

  /// The time that a segment is in transit.
  public var latency: ClosedRange<Duration> = .microseconds(50) ... .microseconds(500)

  /// The number of bytes that a stream holds for its reader.
  ///
  /// It holds the same number for its writer.
  public var streamCapacity = 64 * 1024

  private(set) var faults: FaultSource
  private var schedule: SeededGenerator
  private var network: SeededGenerator
  private var timeline = Timeline()
  private var hosts: [SimulatedHost] = []
  private var tasks: [SimulatedTask] = []
  private var files: [Descriptor: SimulatedFile] = [:]
  /// The ends of connections.
  ///
  /// Ends hold each other, so that a closed end can still send its data.
  private var streams: [SimulatedStreamFile] = []
  /// The number of ends after the last removal of ended connections.
  private var keptStreamCount = 0
  /// The pairs of hosts, by their numbers, between which the network is interrupted.
  private var cuts: Set<[Int]> = []
  /// The pairs of hosts between which a fault interrupts the network.
  private var outages: Set<[Int]> = []
  private var fileCount = 0
  private(set) var callCount = 0
  private(set) var isOver = false
  private var failure: SimulationFailure.Reason?

  /// The check of the programs that poll a ``CheckedSelector``.
  let edgeCheck = EdgeCheck()

  /// Creates a world without hosts.
  ///
  /// - Parameters:
  ///   - seed: The seed, which determines everything that happens.
  ///   - faults: The probability of each fault. A seed excludes about half of the kinds: see
  ///     ``FaultRates/leavesSomeOut``.
  public convenience init(seed: UInt64, faults: FaultRates = .none) {
    self.init(seed: seed, faults: faults, suppressing: SuppressedFaults())
  }

  init(seed: UInt64, faults: FaultRates, suppressing suppressed: SuppressedFaults) {
    self.seed = seed
    self.faults = FaultSource(seed: seed, faults, suppressing: suppressed)
    schedule = SeededGenerator(seed: seed, stream: 2)
    network = SeededGenerator(seed: seed, stream: 3)
  }

  /// Adds a host to the network.
  public func addHost(_ name: String) -> SimulatedHost {
    let host = SimulatedHost(name, number: hosts.count + 1, in: self)
    hosts.append(host)
    return host
  }

  /// Whether each program has its own thread in this build, as with a sanitizer.
  ///
  /// A run then takes a hundred times as long.
  public static var runsProgramsOnThreads: Bool { c_mio_coroutine_is_thread() != 0 }

  func host(named name: String) -> SimulatedHost? { hosts.first { $0.name == name } }
}

// MARK: - Running

extension Simulation {
  /// Runs until all programs of ``SimulatedHost/run(after:_:)`` have ended, and then stops the
  /// other programs.
  ///
  /// - Parameter duration: The maximum virtual time of the run.
  /// - Throws: ``SimulationFailure`` if a program throws, if all programs wait but nothing can
  ///   happen, if a program makes calls without end, if an ``EdgeCheck`` finds a mistake, or if the
  ///   time has expired.
  public func run(for duration: Duration = .seconds(3600)) throws(SimulationFailure) {
    let limit = now.advanced(by: duration)
    while failure == nil, tasks.contains(where: \.isAwaited) {
      if let task = pickReadyTask() {
        resume(task)
      } else if !passTime(until: limit) {
        failure = timeline.nextTime == nil ? reasonOfStandstill : .tooLong(duration)
      }
      if failure == nil { failure = edgeCheck.firstFinding.map { .mistake($0) } }
    }
    let notes = failure == nil ? [] : edgeCheck.notes
    stop()
    if failure == nil { failure = edgeCheck.findings.first.map { .mistake($0) } }
    if let failure { throw SimulationFailure(failure, of: self, notes) }
  }

  /// The reason why nothing more can happen.
  private var reasonOfStandstill: SimulationFailure.Reason {
    edgeCheck.judgeSilence()
    return edgeCheck.firstFinding.map { .mistake($0) } ?? .stuck(waiting: waitingTasks)
  }

  private func pickReadyTask() -> SimulatedTask? {
    let count = tasks.count { $0.state == .ready }
    if count == 0 { return nil }
    var rest = schedule.below(count)
    for task in tasks where task.state == .ready {
      if rest == 0 { return task }
      rest -= 1
    }
    return nil
  }

  private func resume(_ task: SimulatedTask) {
    task.resume()
    guard task.state == .ended else { return }
    note(.finishes, on: task.host)
    if let error = task.error, !task.mustEnd, failure == nil {
      failure = .threw(error, host: task.host.name)
    }
    tasks.removeAll { $0 === task }
  }

  /// Advances the clock to the next event.
  ///
  /// - Returns: `false` if there is no next event, or if it is after the limit.
  private func passTime(until limit: Instant) -> Bool {
    guard let next = timeline.nextTime, next <= limit else { return false }
    now = max(now, next)
    happen()
    return true
  }

  /// Runs all actions that are due.
  private func happen() {
    while let next = timeline.nextTime, next <= now { timeline.next()?() }
  }

  private var waitingTasks: [String] {
    tasks.filter { $0.isAwaited }.map { "\($0.host.name) \($0.waitDescription)" }
  }

  /// Ends all programs.
  ///
  /// Every call of a program fails from now on.
  private func stop() {
    isOver = true
    timeline.removeAll()
    for task in tasks { task.resume() }
    tasks.removeAll()
    timeline.removeAll()
    for stream in streams { stream.separate() }
    streams.removeAll()
    for host in hosts { host.retire() }
  }
}

// MARK: - Programs

extension Simulation {
  @discardableResult
  func start(
    _ host: SimulatedHost, after delay: Duration, isAwaited: Bool,
    _ program: SimulatedProgram
  ) -> SimulatedTask {
    host.start()
    let task = SimulatedTask(host, isAwaited: isAwaited, program)
    tasks.append(task)
    if delay > .zero {
      _ = task.beginWaiting(until: nil)
      at(now.advanced(by: delay)) { task.becomeReady() }
    }
    return task
  }

  /// Begins a call of a program.
  ///
  /// - Returns: The program.
  /// - Throws: ``IOError`` with the kind `.badDescriptor` if the simulation has ended or the host
  ///   has crashed, or with the kind `.unsupported` if the caller is no program of the simulation.
  @discardableResult
  func enter(
    _ host: SimulatedHost, _ operation: IOError.Operation
  ) throws(IOError) -> SimulatedTask {
    callCount += 1
    if callCount > callLimit, failure == nil, !isOver {
      failure = .spins(host: host.name)
      isOver = true
    }
    guard let task = SimulatedTask.current, task.simulation === self else {
      throw IOError(.unsupported, operation: operation)
    }
    if task.mustEnd {
      task.callAfterEnd()
      throw IOError(.badDescriptor, operation: operation)
    }
    befall(host)
    if task.mustEnd { throw IOError(.badDescriptor, operation: operation) }
    if strikes(.preemption) {
      now = now.advanced(by: schedule.duration(in: .zero ... .microseconds(100)))
      happen()
      task.yield()
    } else if task.hasUsedItsTime() {
      task.pause(for: .microseconds(100))
    }
    // The simulation may have ended, or the host crashed, while other programs ran.
    if task.mustEnd { throw IOError(.badDescriptor, operation: operation) }
    return task
  }

  /// Lets the faults strike a host that may strike at each call of its programs.
  private func befall(_ host: SimulatedHost) {
    if !host.lentWakers.isEmpty, strikes(.wake) {
      try? host.lentWakers[choice(among: host.lentWakers.count)].wake()
    }
    if strikes(.clockJump) { advance(by: schedule.duration(in: .seconds(1) ... .seconds(30))) }
    if host.mayCrash, !host.isDown, strikes(.crash) {
      host.crash()
      at(now.advanced(by: schedule.duration(in: .zero ... .seconds(2)))) { host.restart() }
    }
  }

  /// Ends the programs and the files of a host, and the programs that have not begun.
  func end(_ host: SimulatedHost) {
    // The files are sorted by their numbers, because the order of a dictionary differs between
    // runs.
    let owned = files.values.filter { $0.host === host }.sorted { $0.number < $1.number }
    for file in owned { file.crash() }
    for task in tasks where task.host === host { task.becomeReady() }
  }

  /// Makes the running program wait.
  func suspend(_ task: SimulatedTask, until deadline: Instant?) {
    arrangeWait(of: task, until: deadline)
    task.suspend()
  }

  /// Makes a program wait after it returns to the simulation.
  func arrangeWait(of task: SimulatedTask, until deadline: Instant?) {
    note(.waits(until: deadline), on: task.host)
    let wait = task.beginWaiting(until: deadline)
    if let deadline {
      at(deadline) { if task.waitNumber == wait { task.becomeReady() } }
    }
  }

  /// Makes a fault strike at its next opportunities, whatever its rate is.
  ///
  /// A test uses it to script faults.
  ///
  /// - Parameters:
  ///   - fault: The fault.
  ///   - count: The number of times that it strikes.
  public func strikeNext(_ fault: Fault, count: Int = 1) {
    faults.strikeNext(fault, count: count)
  }

  func strikes(_ fault: Fault) -> Bool {
    guard faults.strikes(fault) else { return false }
    note(.strikes(fault), on: nil)
    return true
  }

  func note(_ event: TraceEvent, on host: SimulatedHost?) { trace.append(event, host, now) }
}

// MARK: - The network

extension Simulation {
  func at(_ time: Instant, _ action: @escaping () -> Void) {
    timeline.arrange(at: time, action)
  }

  /// Schedules an action after some virtual time.
  ///
  /// A test uses it to script what happens to hosts and to the network.
  public func schedule(after delay: Duration, _ action: @escaping () -> Void) {
    at(now.advanced(by: delay), action)
  }

  /// Makes the clock jump forward.
  ///
  /// All actions that are due by then run at once.
  public func advance(by duration: Duration) {
    now = now.advanced(by: duration)
    happen()
  }

  func setConnected(_ first: SimulatedHost, _ second: SimulatedHost, _ isConnected: Bool) {
    let link = link(first, second)
    if isConnected { cuts.remove(link) } else { cuts.insert(link) }
  }

  private func link(_ first: SimulatedHost, _ second: SimulatedHost) -> [Int] {
    [first.number, second.number].sorted()
  }

  /// Returns whether a segment from one host reaches the other.
  func reaches(_ first: SimulatedHost, _ second: SimulatedHost) -> Bool {
    let link = link(first, second)
    return !second.isDown && !cuts.contains(link) && !outages.contains(link)
  }

  /// Runs an action when a segment from one host arrives at the other.
  func afterTransit(
    from first: SimulatedHost, to second: SimulatedHost, _ action: @escaping () -> Void
  ) {
    let link = link(first, second)
    if first !== second, !outages.contains(link), strikes(.partition) {
      outages.insert(link)
      let end = now.advanced(by: network.duration(in: .milliseconds(1) ... .seconds(2)))
      at(end) { [self] in outages.remove(link) }
    }
    afterTransit(action)
  }

  /// Runs an action when a segment that leaves now arrives.
  func afterTransit(_ action: @escaping () -> Void) {
    var transit = network.duration(in: latency)
    if strikes(.slowSegment) { transit *= 20 }
    at(now.advanced(by: transit), action)
  }

  /// Returns a number from 1 to `bound`, which the seed determines.
  func part(of bound: Int) -> Int { 1 + network.below(bound) }

  /// Returns an index below `count`, which the seed determines.
  func choice(among count: Int) -> Int { schedule.below(count) }
}

// MARK: - Files

extension Simulation {
  func open(_ file: SimulatedFile) -> Descriptor {
    fileCount += 1
    // The number is far below zero, so that it is no valid descriptor for a system call.
    let descriptor = Descriptor(rawValue: -2_000_000 - fileCount)
    files[descriptor] = file
    return descriptor
  }

  /// Keeps an end of a connection until the connection has ended.
  func keep(_ stream: SimulatedStreamFile) {
    streams.append(stream)
    guard streams.count > 2 * keptStreamCount + 64 else { return }
    for stream in streams where stream.isOver { stream.separate() }
    streams.removeAll { $0.peer == nil && !$0.isOpen }
    keptStreamCount = streams.count
  }

  func file(_ descriptor: Descriptor) -> SimulatedFile? { files[descriptor] }

  func forget(_ descriptor: Descriptor) { files[descriptor] = nil }
}
