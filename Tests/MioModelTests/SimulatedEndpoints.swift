import MioCore
import MioTestSupport
import TestHelpers

/// A stream of a simulated host.
final class SimulatedStreamEndpoint: Endpoint {
  private let stream: SimulatedStream

  init(_ stream: consuming SimulatedStream) {
    self.stream = stream
  }

  var descriptor: Descriptor { stream.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: stream)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try unsafe stream.read(into: buffer)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe stream.write(bytes)
  }

  func takeError() throws(IOError) -> IOError? { stream.takeError() }

  func finishConnect() throws(IOError) -> ConnectStatus { try stream.finishConnect() }

  var recordCount: Int { stream.recordCount }

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try stream.shutdown(directions)
  }

  func prepareReset() throws(IOError) { stream.reset() }
}

/// A socket that neither listens nor connects yet.
///
/// A simulation does not support it.
final class SimulatedSocketEndpoint: Endpoint {
  var descriptor: Descriptor { Descriptor(-1) }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {}

  var recordCount: Int { 0 }

  func listen() throws(IOError) -> (any Endpoint)? {
    SimulatedListenerEndpoint(try SimulatedListener(port: 0))
  }

  func connect(to listener: any Endpoint) throws(IOError) -> (any Endpoint)? {
    try (listener as? SimulatedListenerEndpoint)?.connect()
  }
}

/// A listener of a simulated host.
final class SimulatedListenerEndpoint: Endpoint {
  private let listener: SimulatedListener

  init(_ listener: consuming SimulatedListener) {
    self.listener = listener
  }

  var descriptor: Descriptor { listener.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: listener)
  }

  var recordCount: Int { listener.recordCount }

  func connect() throws(IOError) -> SimulatedStreamEndpoint {
    SimulatedStreamEndpoint(try SimulatedStream(connectingTo: listener.localAddress))
  }

  func accept() throws(IOError) -> (any Endpoint)? {
    guard let stream = try listener.accept() else { return nil }
    return SimulatedStreamEndpoint(stream)
  }
}
