public import MioCore

/// A machine in a simulated network that runs programs.
public final class SimulatedHost {
  /// The name of the host in addresses.
  public let name: String

  let number: Int
  let actor: SimulatedActor
  unowned let simulation: Simulation
  private(set) var listeners: [UInt16: SimulatedListenerFile] = [:]
  private(set) var datagramSockets: [UInt16: SimulatedDatagramFile] = [:]
  private(set) var openCount = 0
  /// The number of times that the host has started.
  ///
  /// Objects of an earlier start are no longer counted.
  private(set) var bootCount = 0
  /// Whether the host has crashed and has not started again.
  public private(set) var isDown = false
  private var lastPort = freePorts.lowerBound - 1
  /// The programs that start again when the host restarts.
  private var services: [() -> SimulatedProgram] = []
  private(set) var lentWakers: [PollWaker] = []
  /// The time at which the simulation ended, or `nil` before that.
  private var endTime: Instant?

  /// Whether ``Fault/crash`` may strike the host.
  ///
  /// After a crash the host starts again with the programs that ``serve(_:)`` received. Programs of
  /// ``run(after:_:)`` end with the crash, and do not start again.
  public var mayCrash = false

  /// The maximum number of open descriptors of the host's programs.
  public var descriptorLimit = 1_000_000

  init(_ name: String, number: Int, _ actor: SimulatedActor, in simulation: Simulation) {
    self.name = name
    self.number = number
    self.actor = actor
    self.simulation = simulation
  }

  /// Runs a program, and makes the simulation wait for its end.
  ///
  /// Several programs on a host are like the threads of a process.
  ///
  /// - Parameters:
  ///   - delay: The virtual time after which the program starts; a negative time counts as zero.
  ///   - program: The program.
  public func run(after delay: Duration = .zero, _ program: @escaping () throws -> Void) {
    simulation.start(self, after: delay, isAwaited: true, .body(program))
  }

  /// Runs a program in steps, and makes the simulation wait for its end.
  ///
  /// Use it for a program that has a method for one turn of its loop, and no loop of its own.
  ///
  ///     host.run {
  ///       try Client()
  ///     } turn: { client in
  ///       try client.turn()
  ///     }
  ///
  /// - Parameters:
  ///   - delay: The virtual time after which the program starts; a negative time counts as zero.
  ///   - makeProgram: Makes the program on the host.
  ///   - turn: Performs the pending work without waiting. The simulation calls it when one of the
  ///     program's polls may have an event, or at the time that the last call returned. It returns
  ///     the time of the next planned work, `.never` if no work is planned, or `nil` if the program
  ///     has ended. A poll that would wait throws `.unsupported`.
  public func run<Program: ~Copyable>(
    after delay: Duration = .zero, _ makeProgram: @escaping () throws -> Program,
    turn: @escaping (inout Program) throws -> Instant?
  ) {
    simulation.start(self, after: delay, isAwaited: true, Self.steps(makeProgram, turn))
  }

  /// Runs a program in steps that may run without a limit, as a server does.
  ///
  /// - Parameters:
  ///   - makeProgram: Makes the program on the host.
  ///   - turn: Performs the pending work: see ``run(after:_:turn:)``.
  public func serve<Program: ~Copyable>(
    _ makeProgram: @escaping () throws -> Program,
    turn: @escaping (inout Program) throws -> Instant?
  ) {
    serve { Self.steps(makeProgram, turn) }
  }

  private static func steps<Program: ~Copyable>(
    _ makeProgram: @escaping () throws -> Program,
    _ turn: @escaping (inout Program) throws -> Instant?
  ) -> SimulatedProgram {
    var state: SteppedProgram<Program>?
    return .steps {
      let program = try state ?? SteppedProgram(makeProgram())
      state = program
      return try turn(&program.program)
    }
  }

  /// Runs a program that may run without a limit, as a server does.
  ///
  /// The program is stopped when the simulation ends: its calls then throw `.badDescriptor`.
  public func serve(_ program: @escaping () throws -> Void) {
    serve { .body(program) }
  }

  private func serve(_ makeProgram: @escaping () -> SimulatedProgram) {
    // After a crash the host starts as a new system, without the earlier services.
    services = isDown ? [makeProgram] : services + [makeProgram]
    simulation.start(self, after: .zero, isAwaited: false, makeProgram())
  }

  /// Returns the host of the running program.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` outside of a simulated program.
  static func current(for operation: IOError.Operation) throws(IOError) -> SimulatedHost {
    guard let task = SimulatedTask.current else {
      throw IOError(.unsupported, operation: operation)
    }
    return task.host
  }
}

extension SimulatedHost {
  /// Begins a call of the running program on an object of the host.
  ///
  /// - Returns: The program.
  /// - Throws: ``IOError`` with the kind `.badDescriptor` if the simulation has ended or the host
  ///   has crashed, or with the kind `.unsupported` if the caller is not a program of the
  ///   simulation.
  @discardableResult
  func enter(_ operation: IOError.Operation) throws(IOError) -> SimulatedTask {
    guard let task = SimulatedTask.current, task.host === self || task.simulation.has(self) else {
      throw IOError(.unsupported, operation: operation)
    }
    try task.simulation.enter(self, task, operation)
    return task
  }
}

/// A program that the simulation calls in steps.
private final class SteppedProgram<Program: ~Copyable> {
  var program: Program

  init(_ program: consuming Program) {
    self.program = program
  }
}

// MARK: - Failures

extension SimulatedHost {
  /// Ends the host at once, with its programs and all of its open files.
  ///
  /// The calls of its programs throw `.badDescriptor`. Peers are not notified: a peer that sends
  /// receives no answer while the host is down. The host starts again when ``run(after:_:)`` or
  /// ``serve(_:)`` is called. A peer that sends after that is reset.
  public func crash() {
    isDown = true
    bootCount += 1
    openCount = 0
    listeners = [:]
    datagramSockets = [:]
    lentWakers = []
    simulation.end(self)
  }

  /// Restarts a crashed host with the programs that ``serve(_:)`` received.
  public func restart() {
    guard isDown else { return }
    for makeProgram in services {
      simulation.start(self, after: .zero, isAwaited: false, makeProgram())
    }
  }

  /// Lends a waker.
  ///
  /// ``Fault/wake`` may wake it whenever a program of the host makes a call.
  public func lend(_ waker: PollWaker) { lentWakers.append(waker) }

  /// Releases everything that may refer to the host, because the simulation has ended.
  ///
  /// Afterwards the simulation may no longer exist, although a test still has the host or its
  /// objects.
  func retire(at time: Instant) {
    services = []
    lentWakers = []
    listeners = [:]
    datagramSockets = [:]
    endTime = time
  }

  var isRetired: Bool { endTime != nil }

  /// The current time, or the time at which the simulation ended.
  var now: Instant { endTime ?? simulation.now }

  /// Marks the host as running.
  ///
  /// A crashed host starts again with its next program.
  func start() { isDown = false }

  /// Interrupts or restores the network between this host and another.
  ///
  /// Streams continue when the network is restored, or end with `.timedOut` after two minutes.
  /// Datagrams are lost.
  public func setConnected(to other: SimulatedHost, _ isConnected: Bool) {
    simulation.setConnected(self, other, isConnected)
  }
}

// MARK: - Open descriptors and ports

extension SimulatedHost {
  /// Counts a descriptor that is about to be opened.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` if the limit is reached.
  func takeDescriptor(for operation: IOError.Operation) throws(IOError) {
    if openCount >= descriptorLimit { throw IOError(.tooManyOpenFiles, operation: operation) }
    openCount += 1
  }

  /// Counts a closed descriptor, if it was opened since the host's last start.
  func giveDescriptor(ofBoot boot: Int) {
    if boot == bootCount { openCount -= 1 }
  }

  /// Takes a port for a listener; 0 selects a free port.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse` if the port is taken, or if no port is free.
  func bind(_ file: SimulatedListenerFile, to port: UInt16) throws(IOError) -> UInt16 {
    let port = try choosePort(port) { listeners[$0] != nil }
    listeners[port] = file
    return port
  }

  func unbind(_ file: SimulatedListenerFile) {
    if listeners[file.port] === file { listeners[file.port] = nil }
  }

  /// Takes a port for datagrams; 0 selects a free port.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse` if the port is taken, or if no port is free.
  func bind(_ file: SimulatedDatagramFile, to port: UInt16) throws(IOError) -> UInt16 {
    let port = try choosePort(port) { datagramSockets[$0] != nil }
    datagramSockets[port] = file
    return port
  }

  func unbind(_ file: SimulatedDatagramFile) {
    if datagramSockets[file.port] === file { datagramSockets[file.port] = nil }
  }

  /// The ports from which the host selects a free one.
  private static let freePorts: ClosedRange<UInt16> = 49_152 ... .max

  private func choosePort(
    _ wanted: UInt16, isTaken: (UInt16) -> Bool
  ) throws(IOError) -> UInt16 {
    if wanted != 0 {
      if isTaken(wanted) { throw IOError(.addressInUse, operation: .bind) }
      return wanted
    }
    for _ in Self.freePorts {
      lastPort = lastPort == Self.freePorts.upperBound ? Self.freePorts.lowerBound : lastPort + 1
      if !isTaken(lastPort) { return lastPort }
    }
    throw IOError(.addressInUse, operation: .bind)
  }
}

/// The address of a simulated socket: the name of a host, and a port.
public struct SimulatedAddress: Hashable, Sendable {
  /// The name of the host.
  public let host: String
  /// The port.
  public let port: UInt16

  /// Creates an address.
  public init(_ host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}
