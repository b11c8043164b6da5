public import MioCore

/// A machine in a simulated network, with programs that run on it.
public final class SimulatedHost {
  /// What addresses call it.
  public let name: String

  let number: Int
  unowned let simulation: Simulation
  private(set) var listeners: [UInt16: SimulatedListenerFile] = [:]
  private(set) var datagramSockets: [UInt16: SimulatedDatagramFile] = [:]
  private(set) var openCount = 0
  /// How often the host has started: what is left of an earlier life counts no more.
  private(set) var bootCount = 0
  /// Whether the host has crashed, and has not started again.
  public private(set) var isDown = false
  private var lastPort: UInt16 = 49_151
  /// What begins again when the host does.
  private var services: [() -> SimulatedProgram] = []
  private(set) var lentWakers: [PollWaker] = []

  /// Whether ``Fault/crash`` strikes the host, which starts again with what ``serve(_:)`` was given.
  ///
  /// Programs of ``run(after:_:)`` end with it, and do not begin again.
  public var mayCrash = false

  /// How many descriptors the host's programs may have open.
  public var descriptorLimit = 1_000_000

  init(_ name: String, number: Int, in simulation: Simulation) {
    self.name = name
    self.number = number
    self.simulation = simulation
  }

  /// Runs a program that the simulation waits for.
  ///
  /// Several programs on a host are like the threads of a process.
  ///
  /// - Parameters:
  ///   - delay: How much virtual time passes before it begins.
  ///   - program: The program.
  public func run(after delay: Duration = .zero, _ program: @escaping () throws -> Void) {
    simulation.start(self, after: delay, isAwaited: true, .body(program))
  }

  /// Runs a program in steps, that the simulation waits for: one that offers a turn, and no loop that waits.
  ///
  ///     host.run {
  ///       try Client()
  ///     } turn: { client in
  ///       try client.turn()
  ///     }
  ///
  /// - Parameters:
  ///   - delay: How much virtual time passes before it begins.
  ///   - makeProgram: Makes the program, on the host.
  ///   - turn: Does what there is to do, without waiting. It is called when one of the program's polls may have
  ///     something to tell, or the time has come that it returned: when there is something to do next, `.never`
  ///     if nothing is planned, `nil` if the program has ended. A poll that would wait throws `.unsupported`.
  public func run<Program: ~Copyable>(
    after delay: Duration = .zero, _ makeProgram: @escaping () throws -> Program,
    turn: @escaping (inout Program) throws -> Instant?
  ) {
    simulation.start(self, after: delay, isAwaited: true, Self.steps(makeProgram, turn))
  }

  /// Runs a program in steps that may run for ever, as a server does.
  ///
  /// - Parameters:
  ///   - makeProgram: Makes the program, on the host.
  ///   - turn: Does what there is to do: see ``run(after:_:turn:)``.
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

  /// Runs a program that may run for ever, as a server does.
  ///
  /// It is stopped when the simulation ends: its calls throw `.badDescriptor` then.
  public func serve(_ program: @escaping () throws -> Void) {
    serve { .body(program) }
  }

  private func serve(_ makeProgram: @escaping () -> SimulatedProgram) {
    // After a crash it is another system that starts.
    services = isDown ? [makeProgram] : services + [makeProgram]
    simulation.start(self, after: .zero, isAwaited: false, makeProgram())
  }

  /// The host of the program that runs.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` outside of all simulated programs.
  static func current(for operation: IOError.Operation) throws(IOError) -> SimulatedHost {
    guard let task = SimulatedTask.current else {
      throw IOError(.unsupported, operation: operation)
    }
    return task.host
  }
}

/// A program that is called in steps.
private final class SteppedProgram<Program: ~Copyable> {
  var program: Program

  init(_ program: consuming Program) {
    self.program = program
  }
}

// MARK: - Failing

extension SimulatedHost {
  /// Ends the host at once: its programs, whose calls throw `.badDescriptor`, and all that they have open.
  ///
  /// Nobody is told. A peer that sends gets no answer while the host is down. The host starts again when
  /// ``run(after:_:)`` or ``serve(_:)`` is called; a peer that sends then is reset.
  public func crash() {
    isDown = true
    bootCount += 1
    openCount = 0
    listeners = [:]
    datagramSockets = [:]
    lentWakers = []
    simulation.end(self)
  }

  /// Starts a host again that has crashed, with the programs that ``serve(_:)`` was given.
  public func restart() {
    guard isDown else { return }
    for makeProgram in services {
      simulation.start(self, after: .zero, isAwaited: false, makeProgram())
    }
  }

  /// Lends a waker, which ``Fault/wake`` wakes whenever a program of the host makes a call.
  public func lend(_ waker: PollWaker) { lentWakers.append(waker) }

  /// Lets go of what may refer to the host: it does not start again.
  func retire() {
    services = []
    lentWakers = []
  }

  /// A host that has crashed starts again with its next program.
  func start() { isDown = false }

  /// Cuts the network between this host and another, or mends it.
  ///
  /// Streams go on when it is mended, or end with `.timedOut` after two minutes. Datagrams are lost.
  public func setConnected(to other: SimulatedHost, _ isConnected: Bool) {
    simulation.setConnected(self, other, isConnected)
  }
}

// MARK: - What is open

extension SimulatedHost {
  /// Counts a descriptor that is about to be opened.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`.
  func takeDescriptor(for operation: IOError.Operation) throws(IOError) {
    if openCount >= descriptorLimit { throw IOError(.tooManyOpenFiles, operation: operation) }
    openCount += 1
  }

  /// Counts a descriptor that was closed, if it was opened in this life of the host.
  func giveDescriptor(ofBoot boot: Int) {
    if boot == bootCount { openCount -= 1 }
  }

  /// Takes a port for a listener, a free one for 0.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse`.
  func bind(_ file: SimulatedListenerFile, to port: UInt16) throws(IOError) -> UInt16 {
    let port = try choosePort(port) { listeners[$0] != nil }
    listeners[port] = file
    return port
  }

  func unbind(_ file: SimulatedListenerFile) {
    if listeners[file.port] === file { listeners[file.port] = nil }
  }

  /// Takes a port for datagrams, a free one for 0.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse`.
  func bind(_ file: SimulatedDatagramFile, to port: UInt16) throws(IOError) -> UInt16 {
    let port = try choosePort(port) { datagramSockets[$0] != nil }
    datagramSockets[port] = file
    return port
  }

  func unbind(_ file: SimulatedDatagramFile) {
    if datagramSockets[file.port] === file { datagramSockets[file.port] = nil }
  }

  private func choosePort(
    _ wanted: UInt16, isTaken: (UInt16) -> Bool
  ) throws(IOError) -> UInt16 {
    if wanted != 0 {
      if isTaken(wanted) { throw IOError(.addressInUse, operation: .bind) }
      return wanted
    }
    repeat { lastPort = lastPort == .max ? 49_152 : lastPort + 1 } while isTaken(lastPort)
    return lastPort
  }
}

/// Where a simulated socket is: a host's name and a port.
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
