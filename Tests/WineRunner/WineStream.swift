import CMioErrors
import CWineSocket
import MioCore

/// A stream over Winsock, which the checks register and talk through.
struct WineStream: ByteStream, DescriptorSource, ~Copyable, Sendable {
  private let descriptor: Descriptor
  private let registration = RegistrationState()

  private init(_ socket: Int) {
    descriptor = Descriptor(rawValue: socket)
  }

  deinit {
    registration.sourceWillClose()
    _ = c_wine_close(descriptor.rawValue)
  }

  static func pair() throws(IOError) -> ConnectedPair<WineStream> {
    var sockets = (0, 0)
    let result = unsafe withUnsafeMutableBytes(of: &sockets) {
      unsafe c_wine_pair($0.baseAddress?.assumingMemoryBound(to: Int.self))
    }
    try IOError.check(result, .create)
    return ConnectedPair(first: WineStream(sockets.0), second: WineStream(sockets.1))
  }

  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(descriptor, registration)
  }

  @unsafe
  borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.readable, .read) {
      unsafe c_wine_receive($0, buffer.baseAddress, buffer.count, 0)
    }
  }

  @unsafe
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.writable, .write) { unsafe c_wine_send($0, bytes.baseAddress, bytes.count) }
  }

  borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    let number: Int32 =
      switch directions {
      case .read: 0
      case .write: 1
      case .both: 2
      }
    try IOError.check(c_wine_shutdown(descriptor.rawValue, number), .shutdown)
  }

  private borrowing func transfer(
    _ direction: Direction, _ operation: IOError.Operation, _ call: (Int) -> Int
  ) throws(IOError) -> Int? {
    let result = call(descriptor.rawValue)
    if result >= 0 { return result }
    if -result == C_MIO_EWOULDBLOCK {
      registration.wouldBlock(direction)
      return nil
    }
    try IOError.raise(result, operation)
  }
}
