import CMioThread
public import MioCore

/// A small world that runs real programs without a kernel: hosts, a network between them, and a clock.
///
/// A program is a closure that runs on a host. It polls, accepts, connects, reads and writes as it would over
/// a kernel, and it may block in a poll: then another program runs. When all wait, the clock goes on to
/// whatever comes next. So a test of an hour takes no time, and the seed alone decides what happens: which
/// program runs, how long a segment is under way, and what goes wrong.
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
/// ``explore(_:from:faults:_:)`` runs a scenario with many seeds. All of a simulation happens on the thread that
/// runs it, and two simulations share nothing.
public final class Simulation {
  /// What decides everything that happens.
  public let seed: UInt64

  /// The time in the simulated world, which hosts share.
  public private(set) var now = Instant(nanoseconds: 1_000_000_000)

  /// What happened so far.
  public private(set) var trace = Trace(capacity: 1000)

  /// How many calls of programs a run may take.
  ///
  /// A program that spins makes calls and lets no time pass.
  public var callLimit = 1_000_000

  /// How long a segment is under way.
  public var latency: ClosedRange<Duration> = .microseconds(50) ... .microseconds(500)

  /// How many bytes a stream holds for its reader, and as many again for its writer.
  public var streamCapacity = 64 * 1024

  private(set) var faults: FaultSource
  private var schedule: SeededGenerator
  private var network: SeededGenerator
  private var timeline = Timeline()
  private var hosts: [SimulatedHost] = []
  private var tasks: [SimulatedTask] = []
  private var files: [Descriptor: SimulatedFile] = [:]
  /// The ends of connections, also those that are closed and may still have something under way: ends hold each
  /// other.
  private var streams: [SimulatedStreamFile] = []
  /// How many there were when those that are over were last removed.
  private var keptStreamCount = 0
  /// The pairs of hosts, by their numbers, that have no network between them.
  private var cuts: Set<[Int]> = []
  /// The same, for as long as a fault lasts.
  private var outages: Set<[Int]> = []
  private var fileCount = 0
  private(set) var callCount = 0
  private(set) var isOver = false
  private var failure: SimulationFailure.Reason?

  /// Looks for mistakes of the programs that poll a ``CheckedSelector``.
  let edgeCheck = EdgeCheck()

  /// Creates a world without hosts.
  ///
  /// - Parameters:
  ///   - seed: What decides everything that happens.
  ///   - faults: How probable each fault is. A seed switches about half of the kinds off.
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

  /// Whether each program has a thread here, as under sanitizers: then a run takes a hundred times as long.
  public static var runsProgramsOnThreads: Bool { c_mio_coroutine_is_thread() != 0 }

  func host(named name: String) -> SimulatedHost? { hosts.first { $0.name == name } }
}

// MARK: - Running

extension Simulation {
  /// Runs until all programs of ``SimulatedHost/run(after:_:)`` have ended, and then stops the others.
  ///
  /// - Parameter duration: How much virtual time may pass.
  /// - Throws: ``SimulationFailure`` when a program throws, when all wait for what never comes, when a program
  ///   makes calls without end, when an ``EdgeCheck`` finds a mistake, or when the time is over.
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

  /// Why nothing more can happen.
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

  /// Goes on to what comes next.
  ///
  /// - Returns: `false` when nothing comes, or not in time.
  private func passTime(until limit: Instant) -> Bool {
    guard let next = timeline.nextTime, next <= limit else { return false }
    now = max(now, next)
    happen()
    return true
  }

  /// Lets happen what is due.
  private func happen() {
    while let next = timeline.nextTime, next <= now { timeline.next()?() }
  }

  private var waitingTasks: [String] {
    tasks.filter { $0.isAwaited }.map { "\($0.host.name) \($0.waitDescription)" }
  }

  /// Ends all programs: every call of theirs fails from now on.
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

  /// A program makes a call.
  ///
  /// - Returns: The program.
  /// - Throws: ``IOError`` with the kind `.badDescriptor` when the simulation is over, or the host has crashed;
  ///   `.unsupported` if no program of the simulation makes the call.
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
    return task
  }

  /// Lets happen to a host what may happen whenever one of its programs makes a call.
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

  /// Ends what a host has: its programs, its files, and its programs that have not begun.
  func end(_ host: SimulatedHost) {
    // In the order of their numbers: a dictionary has another one each time.
    let owned = files.values.filter { $0.host === host }.sorted { $0.number < $1.number }
    for file in owned { file.crash() }
    for task in tasks where task.host === host { task.becomeReady() }
  }

  /// Makes the running program wait.
  func suspend(_ task: SimulatedTask, until deadline: Instant?) {
    arrangeWait(of: task, until: deadline)
    task.suspend()
  }

  /// Has a program wait when it comes back.
  func arrangeWait(of task: SimulatedTask, until deadline: Instant?) {
    note(.waits(until: deadline), on: task.host)
    let wait = task.beginWaiting(until: deadline)
    if let deadline {
      at(deadline) { if task.waitNumber == wait { task.becomeReady() } }
    }
  }

  /// Lets a fault strike whenever it can next, whatever its rate is: a script of what goes wrong.
  ///
  /// - Parameters:
  ///   - fault: The fault.
  ///   - count: How often it strikes.
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

  /// Does something after some virtual time: a script of what happens to hosts and to the network.
  public func schedule(after delay: Duration, _ action: @escaping () -> Void) {
    at(now.advanced(by: delay), action)
  }

  /// Lets the clock jump forward: what is due meanwhile happens at once.
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

  /// Whether a segment from one host reaches the other.
  func reaches(_ first: SimulatedHost, _ second: SimulatedHost) -> Bool {
    let link = link(first, second)
    return !second.isDown && !cuts.contains(link) && !outages.contains(link)
  }

  /// Does something when a segment arrives that leaves one host for the other.
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

  /// Does something when a segment that leaves now arrives.
  func afterTransit(_ action: @escaping () -> Void) {
    var transit = network.duration(in: latency)
    if strikes(.slowSegment) { transit *= 20 }
    at(now.advanced(by: transit), action)
  }

  /// A number from 1 to `bound` that the seed decides.
  func part(of bound: Int) -> Int { 1 + network.below(bound) }

  /// The number of something among others, decided by the seed.
  func choice(among count: Int) -> Int { schedule.below(count) }
}

// MARK: - Files

extension Simulation {
  func open(_ file: SimulatedFile) -> Descriptor {
    fileCount += 1
    // It is far below zero, so that no system call takes it for one of its own.
    let descriptor = Descriptor(rawValue: -2_000_000 - fileCount)
    files[descriptor] = file
    return descriptor
  }

  /// Keeps an end of a connection until the connection is over.
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
