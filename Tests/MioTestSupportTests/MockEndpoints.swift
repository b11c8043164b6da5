public import ExampleSupport
import MioCore
public import MioTestSupport
import TestHelpers

/// Streams that wait until a program takes them, the oldest first.
final class WaitingStreams: @unchecked Sendable {
  // Safety of `@unchecked`: the test and the program run on one thread.

  private var streams = TokenTable<MockStream>()
  private var tokens: [Token] = []

  func add(_ stream: consuming MockStream) {
    tokens.append(streams.insert(stream))
  }

  func take() -> MockStream? {
    tokens.isEmpty ? nil : streams.remove(tokens.removeFirst())
  }
}

/// A listener in which streams of a test wait.
struct MockListener: StreamListener, DescriptorSource, ~Copyable, Sendable {
  let source = MockSource()
  let waiting: WaitingStreams

  init(_ waiting: WaitingStreams) {
    self.waiting = waiting
    source.readiness = .readable
  }

  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.withRegistration(body)
  }

  static var acceptFunction: AcceptFunction<MockListener, MockStream> {
    AcceptFunction { listener in
      listener.withIO(.readable) { _ in
        let stream = listener.waiting.take()
        if stream == nil { listener.source.readiness = [] }
        return stream
      }
    }
  }
}

/// A stream that connects to an upstream of a test at once.
struct MockUpstream: ConnectingStream, ResettableStream, DescriptorSource, ~Copyable {
  private let stream: MockStream

  /// Takes a waiting stream; without one, the network is unreachable.
  init?(connectingTo waiting: WaitingStreams) throws(IOError) {
    guard let stream = waiting.take() else {
      throw IOError(.networkUnreachable, operation: .connect)
    }
    self.stream = stream
  }

  borrowing func finishConnect() -> ConnectStatus { .connected }

  borrowing func takeError() -> IOError? { nil }

  borrowing func reset() { stream.reset() }

  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try stream.withRegistration(body)
  }

  @unsafe
  borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try unsafe stream.read(into: buffer)
  }

  @unsafe
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe stream.write(bytes)
  }

  borrowing func shutdown(_ directions: ShutdownDirections) { stream.shutdown(directions) }
}

extension MockStream: ResettableStream {}

extension SimulatedStream: ResettableStream {
  /// Resets the connection at once.
  public borrowing func reset() { reset(afterSending: 0) }
}
