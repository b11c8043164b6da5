public import MioCore

/// A datagram socket in a simulated network.
///
/// A datagram always arrives as a whole. It may arrive once, twice or not at all, and datagrams may
/// arrive in another order than they were sent. A datagram is lost if no socket has its address, or
/// if the receiver has no space for it.
public struct SimulatedDatagramSocket: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let file: SimulatedDatagramFile
  private let registration = RegistrationState()

  /// Creates a socket on the host of the running program.
  ///
  /// - Parameter port: The port on which the socket receives; 0 selects a free port.
  /// - Throws: ``IOError`` with the kind `.addressInUse` or `.tooManyOpenFiles`, or with the kind
  ///   `.unsupported` outside of a simulated program.
  public init(port: UInt16 = 0) throws(IOError) {
    let host = try SimulatedHost.current(for: .bind)
    let task = try host.enter(.bind)
    try host.takeDescriptor(for: .create)
    file = try SimulatedDatagramFile(on: host, task.actor.makeChild(), port: port)
  }

  deinit {
    registration.sourceWillClose()
    file.close()
  }

  /// The address on which the socket receives.
  public var localAddress: SimulatedAddress { file.address }
}

extension SimulatedDatagramSocket: DescriptorSource {
  /// Calls `body` with the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension SimulatedDatagramSocket: PendingErrorSource {
  /// Returns `nil`, because the simulated network reports no lost message to its sender.
  public borrowing func takeError() -> IOError? { nil }
}

extension SimulatedDatagramSocket: DatagramSocket {
  /// Receives one message into the start of `buffer`.
  ///
  /// - Returns: The length of the message, its sender, and whether it was truncated; `nil` if
  ///   receiving would block.
  /// - Throws: ``IOError`` with the kind `.badDescriptor` if the simulation has ended or the host
  ///   has crashed.
  @unsafe
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<SimulatedAddress>? {
    try file.host.enter(.receive)
    return try withIO(.readable) { _ throws(IOError) in
      let message = unsafe file.receive(into: buffer)
      file.simulation.note(.reads(file: file.number, count: message?.count), on: file.host)
      return message
    }
  }

  /// Sends one message as a whole.
  ///
  /// It would block while ``Simulation/streamCapacity`` bytes of the socket are in transit.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.messageTooLong` or `.outOfMemory`, or with the kind
  ///   `.badDescriptor` if the simulation has ended or the host has crashed.
  @unsafe
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: SimulatedAddress
  ) throws(IOError) -> Int? {
    try file.host.enter(.send)
    return try withIO(.writable) { _ throws(IOError) in
      let count = try unsafe file.send(bytes, to: address)
      file.simulation.note(.writes(file: file.number, count: count), on: file.host)
      return count
    }
  }
}
