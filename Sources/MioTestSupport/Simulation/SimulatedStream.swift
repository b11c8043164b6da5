public import MioCore

/// A stream of bytes in a simulated network.
///
/// It behaves as a TCP stream does. Both directions have a limited capacity, segments take time,
/// and each direction can be shut down. A stream that is closed with unread bytes resets the
/// connection. Every operation that can throw fails with `.badDescriptor` after the simulation has
/// ended or the host has crashed.
public struct SimulatedStream: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let file: SimulatedStreamFile
  private let registration = RegistrationState()

  init(_ file: SimulatedStreamFile) {
    self.file = file
  }

  /// Creates two connected streams on the host of the running program, as `socketpair(2)` does.
  ///
  /// The bytes that one stream writes arrive at the other stream at once.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`, or with the kind `.unsupported`
  ///   outside of a simulated program.
  public static func pair() throws(IOError) -> ConnectedPair<SimulatedStream> {
    let host = try SimulatedHost.current(for: .create)
    let task = try host.enter(.create)
    try host.takeDescriptor(for: .create)
    do throws(IOError) {
      try host.takeDescriptor(for: .create)
    } catch {
      host.giveDescriptor(ofBoot: host.bootCount)
      throw error
    }
    let (first, second) = SimulatedStreamFile.pair(on: host, task.actor)
    return ConnectedPair(first: SimulatedStream(first), second: SimulatedStream(second))
  }

  deinit {
    registration.sourceWillClose()
    file.close()
  }

  /// Resets the connection.
  ///
  /// Data in transit is lost, and the peer is reset.
  ///
  /// A script or a program calls it. It has no effect on a stream of a pair.
  ///
  /// - Parameter byteCount: The number of bytes that still arrive at the peer before the reset.
  ///   With 0 or less the reset happens at once.
  public borrowing func reset(afterSending byteCount: Int = 0) {
    file.reset(afterSending: byteCount)
  }
}

extension SimulatedStream: ConnectingStream {
  /// Begins to connect from the host of the running program.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`, or with the kind `.unsupported`
  ///   outside of a simulated program.
  public init(connectingTo address: SimulatedAddress) throws(IOError) {
    let host = try SimulatedHost.current(for: .connect)
    let task = try host.enter(.connect)
    try host.takeDescriptor(for: .create)
    file = SimulatedStreamFile(on: host, task.actor.makeChild(), connectedWith: nil)
    file.connect(to: address)
  }

  /// Returns the status of the connect.
  ///
  /// - Throws: ``IOError`` with the kind `.connectionRefused`, `.connectionReset` or `.timedOut` in
  ///   the first call after the failure, and with the kind `.notConnected` in later calls.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try withIO(.writable) { _ throws(IOError) in
      try file.host.enter(.connect)
      return try file.finishConnect()
    } ?? .pending
  }

  /// Takes the stream's pending error.
  ///
  /// - Returns: The error, or `nil` if there is none.
  public borrowing func takeError() -> IOError? {
    let error = file.takeError()
    if error != nil { registration.readinessMayHaveChanged() }
    return error
  }
}

extension SimulatedStream: DescriptorSource {
  /// Calls `body` with the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension SimulatedStream {
  /// Reads into memory.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream; `nil` if reading
  ///   would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut` or `.notConnected`.
  @unsafe
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try perform(.readable, .read) { () throws(IOError) in
      let count = try unsafe file.read(into: buffer)
      file.simulation.note(.reads(file: file.number, count: count), on: file.host)
      return count
    }
  }

  /// Writes from memory.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.timedOut`,
  ///   `.notConnected` or `.outOfMemory`.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try perform(.writable, .write) { () throws(IOError) in
      let count = try unsafe file.write(bytes)
      file.simulation.note(.writes(file: file.number, count: count), on: file.host)
      return count
    }
  }

  /// Shuts down one direction or both.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` if the stream is not connected.
  public borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try file.host.enter(.shutdown)
    try file.shutdown(directions)
  }

  private borrowing func perform(
    _ direction: Direction, _ operation: IOError.Operation,
    _ body: () throws(IOError) -> Int?
  ) throws(IOError) -> Int? {
    try file.host.enter(operation)
    return try withIO(direction) { _ throws(IOError) in
      do throws(IOError) {
        return try body()
      } catch {
        file.simulation.note(.fails(error), on: file.host)
        throw error
      }
    }
  }
}
