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
  /// - Throws: ``IOError`` if the server cannot continue, `CancellationError` if the task was
  ///   cancelled.
  public func run() async throws {
    try await accept(on: loop)
  }

  private func accept(on loop: isolated EventLoop<S>) async throws {
    let token = try loop.watch(listener, for: .readable)
    defer { loop.forget(token) }
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        let mayMoreWait: Bool
        do throws(IOError) {
          mayMoreWait = try acceptSome(into: &group)
        } catch {
          // The listener may report no edge although connections wait, so the server retries after
          // a while. Connections that have ended by then free descriptors.
          if error.kind != .tooManyOpenFiles && error.kind != .outOfMemory { complain("\(error)") }
          try await loop.sleep(for: .milliseconds(100))
          continue
        }
        if mayMoreWait {
          // Peers that connect continuously must not keep other tasks from running.
          try Task.checkCancellation()
          await Task.yield()
        } else {
          try await loop.readable(token)
        }
      }
    }
  }

  /// Accepts connections for one turn, and adds a task for each.
  ///
  /// - Returns: Whether more connections may wait.
  private func acceptSome(
    into group: inout ThrowingDiscardingTaskGroup<any Error>
  ) throws(IOError) -> Bool {
    for _ in 0..<64 {
      guard let stream = try listener.acceptStream() else { return false }
      connectionCount.add(1, ordering: .relaxed)
      group.addTask(executorPreference: loop.executor) {
        // An error ends only this connection. Its peer can no longer be reached, so the error is
        // not reported.
        try? await self.echo(on: stream, self.loop)
      }
    }
    return true
  }

  /// Echoes until the peer ends its side.
  ///
  /// It does not read again before the bytes are written back, so a slow peer needs no more memory
  /// than the buffer.
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
        // A peer that sends continuously must not keep other tasks from running.
        if turns % 16 == 0 {
          try Task.checkCancellation()
          await Task.yield()
        }
      }
    }
  }
}
