import CLibrary
import CMioSocket
import MioCore
import MioNet
import TestHelpers

/// A source of any kind, which can be stored in an array.
///
/// It is closed when the last reference to it is released.
protocol Endpoint: AnyObject {
  var descriptor: Descriptor { get }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError)

  /// Returns another source with a duplicate of the descriptor.
  func duplicate() throws(IOError) -> any Endpoint

  /// Reads once. Returns the number of bytes, or `nil` if reading would block.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int?
  /// Writes once. Returns the number of bytes, or `nil` if writing would block.
  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int?
  /// Reads once into several buffers, one after the other.
  func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int?
  /// Writes several buffers once, one after the other.
  func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) throws(IOError) -> Int?
  /// Receives a byte of urgent data.
  func receiveUrgently(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int?
  /// Takes the pending error.
  func takeError() throws(IOError) -> IOError?
  /// Returns a listening socket, if this socket can listen.
  func listen() throws(IOError) -> (any Endpoint)?
  /// Returns a stream that connects to a listener, if this socket can connect.
  func connect(to listener: any Endpoint) throws(IOError) -> (any Endpoint)?
  /// Accepts the connection that has waited longest, if there is one.
  func accept() throws(IOError) -> (any Endpoint)?
  /// Returns the status of the connect.
  func finishConnect() throws(IOError) -> ConnectStatus
  /// The number of records that selectors keep of the source.
  var recordCount: Int { get }
  func shutdown(_ directions: ShutdownDirections) throws(IOError)
  /// Makes the next close reset the connection.
  func prepareReset() throws(IOError)
}

// The defaults for operations that not all endpoints support.
extension Endpoint {
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? { 0 }
  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? { 0 }
  func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? { 0 }
  func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) throws(IOError) -> Int? { 0 }
  func receiveUrgently(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? { 0 }
  func takeError() throws(IOError) -> IOError? { nil }
  func duplicate() throws(IOError) -> any Endpoint {
    throw IOError(.unsupported, operation: .adopt)
  }
  func listen() throws(IOError) -> (any Endpoint)? { nil }
  func connect(to listener: any Endpoint) throws(IOError) -> (any Endpoint)? { nil }
  func accept() throws(IOError) -> (any Endpoint)? { nil }
  func finishConnect() throws(IOError) -> ConnectStatus { .connected }
  func shutdown(_ directions: ShutdownDirections) throws(IOError) {}
  func prepareReset() throws(IOError) {}

  func duplicateDescriptor() -> Descriptor {
    Descriptor(rawValue: c_mio_duplicate(descriptor.rawValue))
  }
}

/// A Unix or a TCP stream.
final class StreamEndpoint<Stream: StreamSocket & ConnectingStream & ~Copyable>: Endpoint {
  let stream: Stream

  init(_ stream: consuming Stream) {
    self.stream = stream
  }

  var descriptor: Descriptor { stream.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: stream)
  }

  func duplicate() throws(IOError) -> any Endpoint {
    StreamEndpoint(try Stream(adopting: duplicateDescriptor()))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try unsafe stream.read(into: buffer)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe stream.write(bytes)
  }

  func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe stream.read(into: buffers)
  }

  func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) throws(IOError) -> Int? {
    try unsafe stream.write(buffers)
  }

  func receiveUrgently(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    var ancillary = ReceivedAncillaryData()
    return try unsafe stream.receive(into: buffer, ancillary: &ancillary, flags: Int32(MSG_OOB))?
      .count
  }

  func takeError() throws(IOError) -> IOError? {
    try stream.takeError()
  }

  func finishConnect() throws(IOError) -> ConnectStatus {
    try stream.finishConnect()
  }

  var recordCount: Int { stream.recordCount }

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try stream.shutdown(directions)
  }

  func prepareReset() throws(IOError) {
    try stream.set(.linger, to: .zero)
  }
}

/// The reading end of a pipe.
final class ReceiverEndpoint: Endpoint {
  private let receiver: PipeReceiver

  init(_ receiver: consuming PipeReceiver) {
    self.receiver = receiver
  }

  var descriptor: Descriptor { receiver.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: receiver)
  }

  func duplicate() throws(IOError) -> any Endpoint {
    ReceiverEndpoint(try PipeReceiver(adopting: duplicateDescriptor()))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try unsafe receiver.read(into: buffer)
  }

  func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe receiver.read(into: buffers)
  }

  var recordCount: Int { receiver.recordCount }
}

/// The writing end of a pipe.
final class SenderEndpoint: Endpoint {
  private let sender: PipeSender

  init(_ sender: consuming PipeSender) {
    self.sender = sender
  }

  var descriptor: Descriptor { sender.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: sender)
  }

  func duplicate() throws(IOError) -> any Endpoint {
    SenderEndpoint(try PipeSender(adopting: duplicateDescriptor()))
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe sender.write(bytes)
  }

  func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) throws(IOError) -> Int? {
    try unsafe sender.write(buffers)
  }

  var recordCount: Int { sender.recordCount }
}
