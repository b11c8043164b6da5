public import MioCore
import Synchronization

/// Accepts connections and echoes on them, with one task for each connection, until its task is
/// cancelled.
public final class AsyncEchoServer<
  S: Selector & ~Copyable, Listener: StreamListener & Sendable & ~Copyable,
  Stream: ByteStream & Sendable & ~Copyable
>: Sendable where Listener.Accept == AcceptFunction<Listener, Stream> {
  private let loop: EventLoop<S>
  private let listener: Listener
  private let connectionCount = Atomic(0)
  private let byteCount = Atomic(0)

  /// Creates a server whose tasks run on a loop.
  public init(_ listener: consuming Listener, on loop: EventLoop<S>) {
    self.listener = listener
    self.loop = loop
  }

  /// The work that the server has done.
  public var counts: EchoCounts {
    var counts = EchoCounts()
    counts.connections = connectionCount.load(ordering: .relaxed)
    counts.bytes = byteCount.load(ordering: .relaxed)
    return counts
  }

  /// Serves until the task is cancelled, and then until all connections are closed.
  ///
  /// - Throws: ``IOError`` if the server cannot go on, `CancellationError` at the end.
  public func run() async throws {
    try await accept(on: loop)
  }

  private func accept(on loop: isolated EventLoop<S>) async throws {
    let token = try loop.watch(listener, for: .readable)
    defer { loop.forget(token) }
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        do throws(IOError) {
          while let stream = try listener.acceptStream() {
            connectionCount.add(1, ordering: .relaxed)
            group.addTask(executorPreference: loop.executor) {
              // A connection that fails has ended. Its peer is gone, so no answer is sent.
              try? await self.echo(on: stream, loop)
            }
          }
        } catch {
          // The listener may report no edge although connections wait. Connections that end give descriptors back.
          if error.kind != .tooManyOpenFiles && error.kind != .outOfMemory { complain("\(error)") }
          try await loop.sleep(for: .milliseconds(100))
          continue
        }
        try await loop.readable(token)
      }
    }
  }

  /// Echoes until the peer ends its side.
  ///
  /// Reading stops until the bytes are written back, so a slow reader costs no more memory than the
  /// buffer.
  private func echo(on stream: borrowing Stream, _ loop: isolated EventLoop<S>) async throws {
    let token = try loop.watch(stream)
    defer { loop.forget(token) }
    var buffer = StreamBuffer()
    var turns = 0
    while true {
      switch try buffer.fill(from: stream, upTo: 64 * 1024) {
      case nil: try await loop.readable(token)
      case 0: return
      case let count?:
        while try !buffer.flush(to: stream) { try await loop.writable(token) }
        byteCount.add(count, ordering: .relaxed)
        turns += 1
        // A peer that always has more to send does not keep the loop from the others.
        if turns % 16 == 0 {
          try Task.checkCancellation()
          await Task.yield()
        }
      }
    }
  }
}
