public import MioCore

/// A listener in a simulated network.
public struct SimulatedListener: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let file: SimulatedListenerFile
  private let registration = RegistrationState()

  /// Creates a listener on the host whose program runs.
  ///
  /// - Parameters:
  ///   - port: Where to listen; 0 takes a free one.
  ///   - backlog: How many connections may wait to be accepted.
  /// - Throws: ``IOError``: `.addressInUse`, `.tooManyOpenFiles`; `.unsupported` outside of a simulated
  ///   program.
  public init(port: UInt16, backlog: Int = 128) throws(IOError) {
    let host = try SimulatedHost.current(for: .bind)
    try host.simulation.enter(host, .bind)
    try host.takeDescriptor(for: .create)
    file = try SimulatedListenerFile(on: host, port: port, backlog: backlog)
  }

  deinit {
    registration.sourceWillClose()
    file.close()
  }

  /// Where the listener is.
  public var localAddress: SimulatedAddress {
    SimulatedAddress(file.host.name, port: file.port)
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection, `nil` if none waits: the listener is drained.
  /// - Throws: ``IOError``: `.tooManyOpenFiles`; the connection goes on waiting then.
  public borrowing func accept() throws(IOError) -> SimulatedStream? {
    try withIO(.readable) { _ throws(IOError) -> SimulatedStreamFile? in
      try file.host.simulation.enter(file.host, .accept)
      return try file.accept()
    }.map { SimulatedStream($0) }
  }
}

extension SimulatedListener: DescriptorSource {
  /// Lends the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension SimulatedListener: StreamListener {
  /// Calls ``accept()``.
  public static var acceptFunction: AcceptFunction<SimulatedListener, SimulatedStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}
