public import MioCore

/// A stream of bytes in a simulated network.
///
/// It behaves as a TCP stream does: bounded room in both directions, segments that take time, half-close, a
/// reset when it is closed with bytes unread.
public struct SimulatedStream: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let file: SimulatedStreamFile
  private let registration = RegistrationState()

  init(_ file: SimulatedStreamFile) {
    self.file = file
  }

  /// Creates two streams on the host whose program runs that are connected with each other, as `socketpair(2)`
  /// does: what one writes has arrived at the other.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles`; `.unsupported` outside of a simulated program.
  public static func pair() throws(IOError) -> ConnectedPair<SimulatedStream> {
    let host = try SimulatedHost.current(for: .create)
    try host.simulation.enter(host, .create)
    try host.takeDescriptor(for: .create)
    do throws(IOError) {
      try host.takeDescriptor(for: .create)
    } catch {
      host.giveDescriptor(ofBoot: host.bootCount)
      throw error
    }
    let (first, second) = SimulatedStreamFile.pair(on: host)
    return ConnectedPair(first: SimulatedStream(first), second: SimulatedStream(second))
  }

  deinit {
    registration.sourceWillClose()
    file.close()
  }

  /// Cuts the connection: what is on its way is lost, and the peer is reset.
  ///
  /// A script or a program calls it; a stream of a pair is not cut.
  ///
  /// - Parameter byteCount: How many bytes arrive at the peer before; at once for 0.
  public borrowing func reset(afterSending byteCount: Int = 0) {
    file.reset(afterSending: byteCount)
  }
}

extension SimulatedStream: ConnectingStream {
  /// Begins to connect, from the host whose program runs.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles`; `.unsupported` outside of a simulated program.
  public init(connectingTo address: SimulatedAddress) throws(IOError) {
    let host = try SimulatedHost.current(for: .connect)
    try host.simulation.enter(host, .connect)
    try host.takeDescriptor(for: .create)
    file = SimulatedStreamFile(on: host, connectedWith: nil)
    file.connect(to: address)
  }

  /// Finds out how the connect went.
  ///
  /// - Throws: ``IOError``: `.connectionRefused` and `.connectionReset`, once; then `.notConnected`.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try withIO(.writable) { _ throws(IOError) in
      try file.host.simulation.enter(file.host, .connect)
      return try file.finishConnect()
    } ?? .pending
  }

  /// Takes the stream's pending error.
  ///
  /// - Returns: The error, `nil` if there is none.
  public borrowing func takeError() -> IOError? {
    let error = file.takeError()
    if error != nil { registration.readinessMayHaveChanged() }
    return error
  }
}

extension SimulatedStream: DescriptorSource {
  /// Lends the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension SimulatedStream {
  /// Reads into memory.
  ///
  /// - Returns: How many bytes came; 0 at the end; `nil` if reading would block.
  /// - Throws: ``IOError``: `.connectionReset`, `.notConnected`.
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
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, `.notConnected`, `.outOfMemory`.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try perform(.writable, .write) { () throws(IOError) in
      let count = try unsafe file.write(bytes)
      file.simulation.note(.writes(file: file.number, count: count), on: file.host)
      return count
    }
  }

  /// Ends one direction or both.
  ///
  /// - Throws: ``IOError``: `.notConnected`.
  public borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try file.simulation.enter(file.host, .shutdown)
    try file.shutdown(directions)
  }

  private borrowing func perform(
    _ direction: Direction, _ operation: IOError.Operation,
    _ body: () throws(IOError) -> Int?
  ) throws(IOError) -> Int? {
    try file.simulation.enter(file.host, operation)
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
