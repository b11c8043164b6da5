import MioCore

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
    simulation.start(self, after: delay, isAwaited: true, program)
  }

  /// Runs a program that may run for ever, as a server does.
  ///
  /// It is stopped when the simulation ends: its calls throw `.badDescriptor` then.
  public func serve(_ program: @escaping () throws -> Void) {
    simulation.start(self, after: .zero, isAwaited: false, program)
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
    simulation.end(self)
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
