public import MioCore

/// A socket for datagrams in a simulated network.
///
/// A datagram arrives whole: once, twice or not at all, and not in the order in which it was sent. It is lost
/// where nobody receives, and where a receiver has no room.
public struct SimulatedDatagramSocket: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let file: SimulatedDatagramFile
  private let registration = RegistrationState()

  /// Creates a socket on the host whose program runs.
  ///
  /// - Parameter port: Where it receives; 0 takes a free port.
  /// - Throws: ``IOError``: `.addressInUse`, `.tooManyOpenFiles`; `.unsupported` outside of a simulated
  ///   program.
  public init(port: UInt16 = 0) throws(IOError) {
    let host = try SimulatedHost.current(for: .bind)
    try host.simulation.enter(host, .bind)
    try host.takeDescriptor(for: .create)
    file = try SimulatedDatagramFile(on: host, port: port)
  }

  deinit {
    registration.sourceWillClose()
    file.close()
  }

  /// Where the socket receives.
  public var localAddress: SimulatedAddress { file.address }
}

extension SimulatedDatagramSocket: DescriptorSource {
  /// Lends the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension SimulatedDatagramSocket: DatagramSocket {
  /// Receives one message over the start of `buffer`.
  ///
  /// - Returns: How long it is, who sent it, and whether it was cut; `nil` if receiving would block.
  /// - Throws: ``IOError``: `.badDescriptor` when the simulation is over, or the host has crashed.
  @unsafe
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<SimulatedAddress>? {
    try file.simulation.enter(file.host, .receive)
    return try withIO(.readable) { _ throws(IOError) in
      let message = unsafe file.receive(into: buffer)
      file.simulation.note(.reads(file: file.number, count: message?.count), on: file.host)
      return message
    }
  }

  /// Sends one message, whole.
  ///
  /// It never blocks: what the network has no room for is lost.
  ///
  /// - Returns: How many bytes were sent.
  /// - Throws: ``IOError``: `.messageTooLong`, `.outOfMemory`; `.badDescriptor` when the simulation is over, or the host has
  ///   crashed.
  @unsafe
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: SimulatedAddress
  ) throws(IOError) -> Int? {
    try file.simulation.enter(file.host, .send)
    let count = try unsafe file.send(bytes, to: address)
    file.simulation.note(.writes(file: file.number, count: count), on: file.host)
    return count
  }
}
