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
/// ``explore(_:from:faults:reductionLimit:_:)`` runs a scenario with many seeds. A simulation runs completely on
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
  ///
  /// A negative time counts as zero.
  public var latency: ClosedRange<Duration> = .microseconds(50) ... .microseconds(500)

  /// The number of bytes that a stream holds for its reader, at least 1.
  ///
  /// It holds the same number for its writer. A datagram socket holds as many received bytes, and
  /// begins to send a message if fewer bytes are in transit.
  public var streamCapacity = 64 * 1024 {
    didSet { streamCapacity = max(1, streamCapacity) }
  }

  private(set) var decisions: DecisionSource
  private let actor: SimulatedActor
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
  /// The number of places that programs have taken when they became ready.
  private var placeCount = 0
  private(set) var hasBegun = false
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
    self.init(seed: seed, faults: faults, selection: .seed)
  }

  init(seed: UInt64, faults: FaultRates, selection: DecisionSelection) {
    self.seed = seed
    decisions = DecisionSource(seed: seed, faults, selection: selection)
    actor = SimulatedActor(seed: seed)
  }

  /// Adds a host to the network.
  ///
  /// Several hosts may have the same name. An address with this name is an address of the first of
  /// them.
  public func addHost(_ name: String) -> SimulatedHost {
    let host = SimulatedHost(name, number: hosts.count + 1, actor.makeChild(), in: self)
    hosts.append(host)
    return host
  }

  /// Whether each program has its own thread in this build, as with a sanitizer.
  ///
  /// A run then takes a hundred times as long.
  public static var runsProgramsOnThreads: Bool { c_mio_coroutine_is_thread() != 0 }

  func has(_ host: SimulatedHost) -> Bool { hosts.contains { $0 === host } }

  func host(named name: String) -> SimulatedHost? { hosts.first { $0.name == name } }
}

// MARK: - Running

extension Simulation {
  /// Runs until all programs of ``SimulatedHost/run(after:_:)`` have ended, and then stops the
  /// other programs.
  ///
  /// A simulation runs once. Programs that are added afterwards never begin.
  ///
  /// - Parameter duration: The maximum virtual time of the run.
  /// - Throws: ``SimulationFailure`` if a program throws, if all programs wait but nothing can
  ///   happen, if a program makes calls without end, if an ``EdgeCheck`` finds a mistake, if the
  ///   time has expired, if the simulation has already run, or if it has no program to wait for.
  public func run(for duration: Duration = .seconds(3600)) throws(SimulationFailure) {
    if hasBegun { throw SimulationFailure(.misuse(.secondRun), of: self) }
    hasBegun = true
    if !tasks.contains(where: \.isAwaited) { failure = .misuse(.noProgram) }
    let limit = now.advanced(by: duration)
    while failure == nil, tasks.contains(where: \.isAwaited) {
      if let task = nextTask {
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

  /// The ready program with the first place.
  private var nextTask: SimulatedTask? {
    var first: SimulatedTask?
    for task in tasks where task.state == .ready {
      if first.map({ task.place < $0.place }) ?? true { first = task }
    }
    return first
  }

  /// Returns the place of a program that becomes ready among the ready programs.
  ///
  /// It is the next place, or a later one. With a later place, programs that become ready
  /// afterwards overtake the program.
  func takePlace(_ task: SimulatedTask) -> Int {
    placeCount += 1
    guard var random = deviates(.lateProgram, by: task.actor, on: task.host) else {
      return 2 * placeCount
    }
    return 2 * (placeCount + random.part(of: max(1, tasks.count))) + 1
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
    // A test may keep a socket of a program after the simulation.
    for file in files.values.sorted(by: { $0.number < $1.number }) { file.crash() }
    for stream in streams { stream.separate() }
    streams.removeAll()
    for host in hosts { host.retire(at: now) }
  }
}

// MARK: - Programs

extension Simulation {
  @discardableResult
  func start(
    _ host: SimulatedHost, after delay: Duration, isAwaited: Bool, by parent: SimulatedTask? = nil,
    _ program: SimulatedProgram
  ) -> SimulatedTask {
    host.start()
    let task = SimulatedTask(
      host, parent?.actor.makeChild() ?? host.actor.makeChild(), isAwaited: isAwaited, program)
    tasks.append(task)
    if delay > .zero {
      at(now.advanced(by: delay)) { task.becomeReady() }
    } else {
      task.becomeReady()
    }
    return task
  }

  /// Begins a call of a program: see ``SimulatedHost/enter(_:)``.
  func enter(
    _ host: SimulatedHost, _ task: SimulatedTask, _ operation: IOError.Operation
  ) throws(IOError) {
    callCount += 1
    if callCount > callLimit, failure == nil, !isOver {
      failure = .spins(host: host.name)
      isOver = true
    }
    if task.mustEnd {
      task.callAfterEnd()
      throw IOError(.badDescriptor, operation: operation)
    }
    befall(host, task.actor)
    if task.mustEnd { throw IOError(.badDescriptor, operation: operation) }
    if var random = strike(.preemption, by: task.actor) {
      now = now.advanced(by: random.duration(in: .zero ... .microseconds(100)))
      happen()
      task.yield()
    } else if task.hasUsedItsTime() {
      task.pause(for: .microseconds(100))
    }
    // The simulation may have ended, or the host crashed, while other programs ran.
    if task.mustEnd { throw IOError(.badDescriptor, operation: operation) }
  }

  /// Decides whether those faults strike a host that can occur at any call of its programs.
  private func befall(_ host: SimulatedHost, _ actor: SimulatedActor) {
    if !host.lentWakers.isEmpty, var random = strike(.wake, by: actor) {
      try? host.lentWakers[random.below(host.lentWakers.count)].wake()
    }
    if var random = strike(.clockJump, by: actor) {
      advance(by: random.duration(in: .seconds(1) ... .seconds(30)))
    }
    if host.mayCrash, !host.isDown, var random = strike(.crash, by: actor) {
      host.crash()
      at(now.advanced(by: random.duration(in: .zero ... .seconds(2)))) { host.restart() }
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
  ///   - count: The number of times that it strikes; less than 0 counts as 0.
  public func strikeNext(_ fault: Fault, count: Int = 1) {
    decisions.strikeNext(fault, count: count)
  }

  /// Decides whether a fault strikes.
  ///
  /// - Returns: The random numbers for the details of the fault, or `nil` if it does not strike.
  func strike(_ fault: Fault, by actor: SimulatedActor) -> SeededGenerator? {
    guard let random = decisions.decide(.fault(fault), by: actor) else { return nil }
    note(.strikes(fault), on: nil)
    return random
  }

  func strikes(_ fault: Fault, by actor: SimulatedActor) -> Bool {
    strike(fault, by: actor) != nil
  }

  /// Decides whether an actor deviates from the plain order.
  ///
  /// - Returns: The random numbers for the details of the deviation, or `nil` if there is none.
  func deviates(
    _ step: Decision.Step, by actor: SimulatedActor, on host: SimulatedHost?
  ) -> SeededGenerator? {
    guard let random = decisions.decide(.step(step), by: actor) else { return nil }
    // Without a reduction there are too many deviations for a reader.
    if decisions.isReduced { note(.deviates(step), on: host) }
    return random
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
  /// A test uses it to script what happens to hosts and to the network. A negative time counts as
  /// zero.
  public func schedule(after delay: Duration, _ action: @escaping () -> Void) {
    at(now.advanced(by: delay), action)
  }

  /// Makes the clock jump forward.
  ///
  /// All actions that are due by then run at once. A negative time counts as zero.
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
    from first: SimulatedHost, to second: SimulatedHost, by actor: SimulatedActor,
    _ action: @escaping () -> Void
  ) {
    let link = link(first, second)
    if first !== second, !outages.contains(link), var random = strike(.partition, by: actor) {
      outages.insert(link)
      let end = now.advanced(by: random.duration(in: .milliseconds(1) ... .seconds(2)))
      at(end) { [self] in outages.remove(link) }
    }
    afterTransit(by: actor, action)
  }

  /// Runs an action when a segment that leaves now arrives.
  func afterTransit(by actor: SimulatedActor, _ action: @escaping () -> Void) {
    var transit = latency.lowerBound
    if var random = deviates(.longTransit, by: actor, on: nil) {
      transit = random.duration(in: latency)
    }
    if strikes(.slowSegment, by: actor) { transit *= 20 }
    at(now.advanced(by: transit), action)
  }
}

// MARK: - Files

extension Simulation {
  func open(_ file: SimulatedFile) -> Descriptor {
    fileCount += 1
    // The number is far below zero, so that no system call accepts it.
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
