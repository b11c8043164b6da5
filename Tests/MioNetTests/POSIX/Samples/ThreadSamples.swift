import CLibrary
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import Synchronization
import TestHelpers
import Testing

/// Keeps a value until another thread takes it.
final class Handover<Value: ~Copyable>: Sendable {
  private let value: Mutex<Value?>

  init(_ value: consuming sending Value) {
    self.value = Mutex(consume value)
  }

  /// Returns the value the first time, and `nil` after that.
  func take() -> sending Value? {
    value.withLock { $0.take() }
  }
}

/// Suspends tasks until sources are ready.
///
/// One thread polls for all tasks.
final class Readiness: Sendable {
  private let registry: Registry<SystemSelector>
  private let stopper: PollWaker
  private let waiting = Mutex(Waiting())

  private struct Waiting: ~Copyable {
    var tasks = TokenTable<CheckedContinuation<IOError?, Never>>()
    /// The error that ended the poll, after which no task can wait.
    var failure: IOError?
  }

  init(_ poll: borrowing Poll<SystemSelector>) throws(IOError) {
    let registry = try poll.registry.duplicate()
    stopper = try poll.registry.makeWaker(token: 0)
    self.registry = registry
  }

  /// Polls until ``stop()`` is called.
  ///
  /// Call it on a thread of its own. If the poll fails, all tasks receive the error.
  func run(_ poll: consuming Poll<SystemSelector>) throws(IOError) {
    do throws(IOError) {
      try resumeTasks(poll)
    } catch {
      waiting.withLock { waiting in
        waiting.failure = error
        waiting.tasks.forEach { _, task in task.resume(returning: error) }
        waiting.tasks.removeAll()
      }
      throw error
    }
  }

  private func resumeTasks(_ poll: consuming Poll<SystemSelector>) throws(IOError) {
    var events = try Events<SystemSelector>(capacity: 256)
    while true {
      try poll.poll(into: &events)
      for event in events {
        if event.token == stopper.token { return }
        waiting.withLock { $0.tasks.remove(event.token) }?.resume(returning: nil)
      }
    }
  }

  func stop() throws(IOError) {
    try stopper.wake()
  }

  /// Suspends the current task until a source is ready.
  func wait<Target: Source & ~Copyable>(
    for interest: Interest, of source: borrowing Target
  ) async throws(IOError) {
    let failure: IOError? = await withCheckedContinuation { continuation in
      let token = waiting.withLock { $0.tasks.insert(continuation) }
      do throws(IOError) {
        if let failure = waiting.withLock({ $0.failure }) { throw failure }
        try watch(source, token, interest)
      } catch {
        waiting.withLock { $0.tasks.remove(token) }?.resume(returning: error)
      }
    }
    if let failure { throw failure }
  }

  private func watch<Target: Source & ~Copyable>(
    _ source: borrowing Target, _ token: Token, _ interest: Interest
  ) throws(IOError) {
    do throws(IOError) {
      try registry.reregister(source, token: token, interest: interest, mode: .oneShot)
    } catch {
      guard error.kind == .notRegistered else { throw error }
      try registry.register(source, token: token, interest: interest, mode: .oneShot)
    }
  }
}

private func request(
  _ text: String, from address: SocketAddress, _ readiness: Readiness
) async throws(IOError) -> [UInt8] {
  let stream = try TCPStream(connectingTo: address)
  repeat {
    try await readiness.wait(for: .writable, of: stream)
  } while try stream.finishConnect() == .pending

  var output = StreamBuffer()
  output.append(text)
  while try !output.flush(to: stream) {
    try await readiness.wait(for: .writable, of: stream)
  }
  try stream.shutdown(.write)

  var answer: [UInt8] = []
  while true {
    switch try stream.read(appendingTo: &answer, upTo: 4096) {
    case nil: try await readiness.wait(for: .readable, of: stream)
    case 0: return answer
    default: break
    }
  }
}

private func handOver(
  _ listener: borrowing TCPListener, to senders: [Mailbox<TCPStream>.Sender], _ next: inout Int
) throws(IOError) {
  while let stream = try listener.accept() {
    try senders[next].send(stream)
    next = (next + 1) % senders.count
  }
}

private func collect(
  from mailbox: inout Mailbox<TCPStream>, into streams: inout TokenTable<TCPStream>,
  _ poll: borrowing Poll<SystemSelector>
) throws(IOError) {
  while let stream = mailbox.receive() {
    _ = try streams.insert(stream) { stream, token throws(IOError) in
      try poll.registry.register(stream, token: token, interest: .readable)
    }
  }
}

private func registeringElsewhere(
  _ poll: borrowing Poll<SystemSelector>, _ address: SocketAddress,
  _ sender: Mailbox<TCPStream>.Sender
) throws(IOError) {
  let registry = try poll.registry.duplicate()
  startThread {
    do throws(IOError) {
      let client = try TCPStream(connectingTo: address)
      try registry.register(client, token: 2, interest: .writable)
      try sender.send(client)
    } catch {
      print("no connection:", error)
    }
  }
}

private func collectRegistered(
  from mailbox: inout Mailbox<TCPStream>, into streams: inout TokenTable<TCPStream>,
  _ poll: borrowing Poll<SystemSelector>
) throws(IOError) {
  while let stream = mailbox.receive() {
    _ = try streams.insert(stream) { stream, token throws(IOError) in
      try poll.registry.reregister(stream, token: token, interest: .writable)
    }
  }
}

// What the guide leaves to the reader.

private typealias Server = Guide.Server

private func startThread(_ body: @escaping @Sendable () -> Void) {
  Threads.shared.start(body)
}

private final class Threads: Sendable {
  static let shared = Threads()
  private let running = Mutex<[TestThread]>([])

  func start(_ body: @escaping @Sendable () -> Void) {
    let thread = TestThread(body)
    running.withLock { $0.append(thread) }
  }

  func join() {
    let all = running.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in all { thread.join() }
  }
}

/// `Mutex` is unknown to the thread sanitizer: `scripts/test-sanitized` skips these.
@Suite(.guardingDescriptors, .serialized)
struct MutexSampleTests {
  @Test
  func `the sample server on a thread serves async clients`() async throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    let server = try Server<SystemSelector, _, _>(listener)
    let stop = try server.makeStopWaker()
    let serving = Handover(server)
    startThread {
      do throws(IOError) {
        if var server = serving.take() { try server.run() }
      } catch {
        Issue.record("\(error)")
      }
    }

    let poll = try Poll<SystemSelector>()
    let readiness = try Readiness(poll)
    let handover = Handover(poll)
    startThread {
      do throws(IOError) {
        if let poll = handover.take() { try readiness.run(poll) }
      } catch {
        Issue.record("\(error)")
      }
    }
    for _ in 0..<8 {
      #expect(try await request("hello", from: address, readiness) == Array("hello".utf8))
    }
    try readiness.stop()
    try stop.wake()
    Threads.shared.join()
  }

  private final class SharedStream: Sendable {
    let stream: TCPStream

    init(_ stream: consuming TCPStream) { self.stream = stream }
  }

  @Test
  func `waiting and later tasks receive the error of a poll that fails`() async throws {
    let pair = try Loopback.pair()
    let shared = SharedStream(pair.first)
    let poll = try Poll<SystemSelector>()
    let registry = try poll.registry.duplicate()
    let readiness = try Readiness(poll)
    let early = Task { try await readiness.wait(for: .readable, of: shared.stream) }
    var isWaiting = false
    while !isWaiting {
      await Task.yield()
      isWaiting =
        (try? registry.reregister(shared.stream, token: 5, interest: .readable)) != nil
    }
    // No selector is behind this descriptor, so the next poll fails.
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    let result = dup2(null, poll.shareDescriptor().fileDescriptor)
    #expect(result >= 0)
    close(null)
    let handover = Handover(poll)
    startThread {
      guard let poll = handover.take() else { return }
      try? readiness.run(poll)
    }
    let error = await #expect(throws: IOError.self) { try await early.value }
    #expect(error?.operation == .poll)
    Threads.shared.join()
    let later = await #expect(throws: IOError.self) {
      try await readiness.wait(for: .readable, of: shared.stream)
    }
    #expect(later == error)
  }

  @Test
  func `the sample hands an accepted stream over through a mailbox`() throws {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 8)
    var mailbox = try Mailbox<TCPStream>(reportingTo: poll.registry, token: 1)
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    var next = 0
    try handOver(listener, to: [mailbox.sender], &next)
    try poll.poll(into: &events)
    #expect(events.map(\.token) == [1])
    var streams = TokenTable<TCPStream>()
    try collect(from: &mailbox, into: &streams, poll)
    #expect(streams.count == 1)
    let isEmpty = mailbox.receive() == nil
    #expect(isEmpty)
    try registeringElsewhere(poll, try listener.localAddress, mailbox.sender)
    Threads.shared.join()
    var registered = TokenTable<TCPStream>()
    try collectRegistered(from: &mailbox, into: &registered, poll)
    #expect(registered.count == 1)
    try registered.forEach { token, stream in
      #expect(try stream.peerAddress == listener.localAddress)
      let deadline = ContinuousClock.now.advanced(by: .seconds(30))
      var tokens: [Token] = []
      while !tokens.contains(token), ContinuousClock.now < deadline {
        try poll.poll(into: &events, timeout: .seconds(1))
        tokens = events.map(\.token)
      }
      #expect(tokens.contains(token))
    }
  }

  @Test
  func `a stream that is handed over but not taken is closed`() throws {
    let handover = Handover(try Loopback.listener())
    let poll = try Poll<SystemSelector>()
    let mailbox = try Mailbox<TCPStream>(reportingTo: poll.registry, token: 1)
    try mailbox.sender.send(try Loopback.pair().first)
    let taken = handover.take()
    #expect(try taken?.localAddress.port != 0)
    let isTaken = handover.take() == nil
    #expect(isTaken)
  }
}
