public import MioCore

/// A listener in a simulated network.
public struct SimulatedListener: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let file: SimulatedListenerFile
  private let registration = RegistrationState()

  /// Creates a listener on the host of the running program.
  ///
  /// - Parameters:
  ///   - port: The port of the listener; 0 selects a free port.
  ///   - backlog: The maximum number of connections that wait to be accepted.
  /// - Throws: ``IOError`` with the kind `.addressInUse` or `.tooManyOpenFiles`, or with the kind
  ///   `.unsupported` outside of a simulated program.
  public init(port: UInt16, backlog: Int = 128) throws(IOError) {
    let host = try SimulatedHost.current(for: .bind)
    let task = try host.enter(.bind)
    try host.takeDescriptor(for: .create)
    file = try SimulatedListenerFile(on: host, task.actor.makeChild(), port: port, backlog: backlog)
  }

  deinit {
    registration.sourceWillClose()
    file.close()
  }

  /// The address of the listener.
  public var localAddress: SimulatedAddress {
    SimulatedAddress(file.host.name, port: file.port)
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection, or `nil` if no connection waits, and the listener is drained.
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`. In this case the connection continues
  ///   to wait.
  public borrowing func accept() throws(IOError) -> SimulatedStream? {
    try withIO(.readable) { _ throws(IOError) -> SimulatedStreamFile? in
      try file.host.enter(.accept)
      return try file.accept()
    }.map { SimulatedStream($0) }
  }
}

extension SimulatedListener: DescriptorSource {
  /// Calls `body` with the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension SimulatedListener: PendingErrorSource {
  /// Returns `nil`, because a simulated listener never has a pending error.
  public borrowing func takeError() -> IOError? { nil }
}

extension SimulatedListener: StreamListener {
  /// A function that calls ``accept()``.
  public static var acceptFunction: AcceptFunction<SimulatedListener, SimulatedStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}
