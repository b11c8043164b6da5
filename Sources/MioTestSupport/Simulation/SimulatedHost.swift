import MioCore

/// A machine in a simulated network, with programs that run on it.
public final class SimulatedHost {
  /// What addresses call it.
  public let name: String

  let number: Int
  unowned let simulation: Simulation
  private(set) var listeners: [UInt16: SimulatedListenerFile] = [:]
  private(set) var openCount = 0
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

// MARK: - What is open

extension SimulatedHost {
  /// Counts a descriptor that is about to be opened.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`.
  func takeDescriptor(for operation: IOError.Operation) throws(IOError) {
    if openCount >= descriptorLimit { throw IOError(.tooManyOpenFiles, operation: operation) }
    openCount += 1
  }

  func giveDescriptor() { openCount -= 1 }

  /// Takes a port for a listener, a free one for 0.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse`.
  func bind(_ file: SimulatedListenerFile, to port: UInt16) throws(IOError) -> UInt16 {
    var port = port
    if port == 0 {
      repeat {
        lastPort = lastPort == .max ? 49_152 : lastPort + 1
      } while listeners[lastPort] != nil
      port = lastPort
    }
    if listeners[port] != nil { throw IOError(.addressInUse, operation: .bind) }
    listeners[port] = file
    return port
  }

  func unbind(_ port: UInt16) { listeners[port] = nil }
}

/// Where a simulated listener is: a host's name and a port.
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
