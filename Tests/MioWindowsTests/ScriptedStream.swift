import CMioErrors
import MioCore

/// One end of a connection between sockets of a ``ScriptedAFD``.
struct ScriptedStream: ByteStream, DescriptorSource, ~Copyable, Sendable {
  private let calls: ScriptedAFD
  private let handle: Int
  private let registration = RegistrationState()

  private init(_ calls: ScriptedAFD, _ handle: Int) {
    self.calls = calls
    self.handle = handle
  }

  deinit {
    registration.sourceWillClose()
    calls.closeSocket(handle)
  }

  static func pair(_ calls: ScriptedAFD) -> ConnectedPair<ScriptedStream> {
    let handles = calls.kernel.withLock { $0.openPair() }
    return ConnectedPair(
      first: ScriptedStream(calls, handles.0), second: ScriptedStream(calls, handles.1))
  }

  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Descriptor(rawValue: handle), registration)
  }

  @unsafe
  borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.readable, .read) { kernel in unsafe kernel.receive(handle, buffer) }
  }

  @unsafe
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.writable, .write) { kernel in unsafe kernel.send(handle, bytes) }
  }

  borrowing func shutdown(_ directions: ShutdownDirections) {
    if directions != .read { calls.kernel.withLock { $0.shutDownWriting(handle) } }
  }

  private borrowing func transfer(
    _ direction: Direction, _ operation: IOError.Operation, _ call: (inout AFDKernel) -> Int
  ) throws(IOError) -> Int? {
    try withIO(direction) { _ throws(IOError) in
      let result = calls.kernel.withLock { call(&$0) }
      if -result == C_MIO_EWOULDBLOCK { return nil }
      if result < 0 { try IOError.raise(result, operation) }
      return result
    }
  }
}
