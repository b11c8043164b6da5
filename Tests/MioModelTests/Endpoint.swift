import Glibc
import MioCore
import MioNet
import TestHelpers

/// A source of one kind or another, which can be kept in an array.
///
/// It is closed when nobody refers to it any more.
protocol Endpoint: AnyObject {
  var descriptor: Descriptor { get }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError)

  /// Another source of a duplicate of the descriptor.
  func duplicate() throws(IOError) -> any Endpoint

  /// Reads once: how many bytes, `nil` if it would block.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int?
  /// Writes once: how many bytes, `nil` if it would block.
  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int?
  func shutdown(_ directions: ShutdownDirections) throws(IOError)
  /// Makes closing cut the connection.
  func prepareReset() throws(IOError)
}

// What does not apply to all.
extension Endpoint {
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? { 0 }
  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? { 0 }
  func shutdown(_ directions: ShutdownDirections) throws(IOError) {}
  func prepareReset() throws(IOError) {}

  func duplicateDescriptor() -> Descriptor {
    Descriptor(fcntl(descriptor.fileDescriptor, F_DUPFD_CLOEXEC, 0))
  }
}

/// A Unix or a TCP stream.
final class StreamEndpoint<Stream: StreamSocket & ~Copyable>: Endpoint {
  private let stream: Stream

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

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try stream.shutdown(directions)
  }

  func prepareReset() throws(IOError) {
    try stream.set(.linger, to: .zero)
  }
}

/// The end of a pipe that reads.
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
}

/// The end of a pipe that writes.
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
}

/// A Unix stream as a raw descriptor, and a source that borrows it.
final class BorrowedEndpoint: Endpoint {
  private let source: SourceDescriptor
  private var isOpen = true

  init(_ descriptor: consuming Descriptor) {
    source = SourceDescriptor(borrowing: descriptor)
  }

  deinit {
    abandon()
  }

  /// Closes the descriptor, and keeps the source.
  func abandon() {
    if isOpen { close(descriptor.fileDescriptor) }
    isOpen = false
  }

  var descriptor: Descriptor { source.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: source)
  }

  func duplicate() throws(IOError) -> any Endpoint {
    BorrowedEndpoint(duplicateDescriptor())
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try source.withIO(.readable) { descriptor throws(IOError) in
      try unsafe result(
        recv(descriptor.fileDescriptor, buffer.baseAddress, buffer.count, 0), .read)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try source.withIO(.writable) { descriptor throws(IOError) in
      let flags = Int32(MSG_NOSIGNAL)
      return try unsafe result(
        send(descriptor.fileDescriptor, bytes.baseAddress, bytes.count, flags), .write)
    }
  }

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    let how =
      switch directions {
      case .read: SHUT_RD
      case .write: SHUT_WR
      case .both: SHUT_RDWR
      }
    _ = try result(Int(Glibc.shutdown(descriptor.fileDescriptor, Int32(how))), .shutdown)
  }

  private func result(_ count: Int, _ operation: IOError.Operation) throws(IOError) -> Int? {
    if count >= 0 { return count }
    if errno == EAGAIN { return nil }
    throw IOError(code: errno, operation: operation)
  }
}
