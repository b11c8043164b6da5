import ExampleSupport
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// The loop of `async-echo`: jobs, waiting and cancelling.
@Suite(.guardingDescriptors)
struct ExampleEventLoopTests {
  // MARK: - Jobs

  @Test
  func `a job from another thread wakes the poll, and a job from the loop's thread does not`()
    throws
  {
    var poll = try Poll<SystemSelector>()
    var mailbox = try Mailbox<ExecutorJob>(reportingTo: poll.registry, token: 7)
    let executor = LoopExecutor(mailbox.sender)
    executor.useCurrentThread()
    let steps = Locked<[String]>([])
    Task(executorPreference: executor) {
      steps.withLock { $0.append("first") }
      Task(executorPreference: executor) { steps.withLock { $0.append("second") } }
      await Task.yield()
      steps.withLock { $0.append("third") }
    }
    while executor.hasJobs { executor.runJobs() }
    try #require(steps.withLock { $0 } == ["first", "second", "third"])
    #expect(try poll.events(within: .zero).isEmpty)

    let other = Worker {
      Task(executorPreference: executor) { steps.withLock { $0 = ["other"] } }
    }
    try other.join()
    #expect(!executor.hasJobs)
    #expect(try poll.events(within: .seconds(30)).map(\.token) == [7])
    while let job = mailbox.receive() { executor.enqueue(job) }
    while executor.hasJobs { executor.runJobs() }
    #expect(steps.withLock { $0 } == ["other"])
  }

  @Test
  func `tasks, child tasks and actors run only on the thread of the loop`() throws {
    let loop = try EventLoop<SystemSelector>()
    let executor = loop.executor
    let places = Locked<[Bool]>([])
    @Sendable
    func note() async { places.withLock { $0.append(executor.isCurrent) } }
    try loop.run {
      await note()
      async let child: Void = note()
      await child
      await withDiscardingTaskGroup { group in
        for _ in 0..<10 { group.addTask { await note() } }
      }
      try? await loop.sleep(for: .milliseconds(1))
      await note()
    }
    #expect(places.withLock { $0 } == Array(repeating: true, count: 13))
  }

  @Test
  func `a loop can run again, and continues the tasks of the first run`() throws {
    let loop = try EventLoop<MockSelector>()
    let steps = Locked<[String]>([])
    @Sendable
    func note(_ step: String) { steps.withLock { $0.append(step) } }
    try loop.run {
      note("first")
      Task(executorPreference: loop.executor) {
        try? await loop.sleep(for: .seconds(100))
        note("left")
      }
    }
    try #require(steps.withLock { $0 } == ["first"])
    // This job is added between the two runs.
    Task(executorPreference: loop.executor) { note("between") }
    try loop.run {
      try? await loop.sleep(for: .seconds(200))
      note("second")
    }
    #expect(steps.withLock { $0 } == ["first", "between", "left", "second"])
  }

  // MARK: - Waiting

  @Test
  func `an edge that arrives before a task waits is kept, and is used once`() throws {
    let pair = try Loopback.pair()
    let stream = pair.first
    let peer = pair.second
    let order = Locked<[String]>([])
    let loop = try EventLoop<SystemSelector>()
    try loop.run {
      guard let token = try? await loop.watch(stream, for: .readable) else { return }
      _ = try? peer.write([1])
      // The loop delivers the edge during this time, and no task waits for it.
      try? await loop.sleep(for: .milliseconds(20))
      try? await loop.readable(token)
      order.withLock { $0.append("edge") }
      let waiter = Task(executorPreference: loop.executor) {
        try? await loop.readable(token)
        order.withLock { $0.append("second edge") }
      }
      try? await loop.sleep(for: .milliseconds(20))
      order.withLock { $0.append("slept") }
      _ = try? stream.receive(upTo: 10)
      _ = try? peer.write([2])
      await waiter.value
      await loop.forget(token)
    }
    #expect(order.withLock { $0 } == ["edge", "slept", "second edge"])
  }

  /// A stream that several tasks use.
  private final class Shared: Sendable {
    let stream: TCPStream

    init(_ stream: consuming TCPStream) { self.stream = stream }
  }

  /// Waits for a stream that receives nothing, while `cancel` cancels the task.
  ///
  /// Returns whether the cancellation ended the wait.
  private func isEnded(
    by cancel: @escaping @Sendable (Task<Bool, Never>) -> Void
  ) throws -> Bool {
    let pair = try Loopback.pair()
    let shared = Shared(pair.first)
    let loop = try EventLoop<SystemSelector>()
    let wasCancelled = Locked(false)
    try loop.run {
      let waiter = Task(executorPreference: loop.executor) {
        do {
          let token = try await loop.watch(shared.stream, for: .readable)
          try await loop.readable(token)
          return false
        } catch {
          return error is CancellationError
        }
      }
      try? await loop.sleep(for: .milliseconds(10))
      cancel(waiter)
      let result = await waiter.value
      wasCancelled.withLock { $0 = result }
    }
    return wasCancelled.withLock { $0 }
  }

  @Test
  func `a task that is cancelled stops waiting`() throws {
    #expect(try isEnded { $0.cancel() })
  }

  @Test
  func `a task that another thread cancels stops waiting`() throws {
    let thread = Locked<Worker?>(nil)
    #expect(try isEnded { task in thread.withLock { $0 = Worker { task.cancel() } } })
    try thread.withLock { $0 }?.join()
  }

  @Test
  func `a task that was already cancelled does not wait`() throws {
    let loop = try EventLoop<SystemSelector>()
    let start = ContinuousClock.now
    try loop.run {
      let sleeper = Task(executorPreference: loop.executor) {
        try? await loop.sleep(for: .seconds(1000))
      }
      sleeper.cancel()
      await sleeper.value
    }
    #expect(ContinuousClock.now < start.advanced(by: .seconds(500)))
  }

  // MARK: - Serving

  /// A listener whose peers have closed all connections.
  ///
  /// Accepting blocks only after 1000 connections.
  private struct EndlessListener: StreamListener, DescriptorSource, ~Copyable, Sendable {
    let source = MockSource()
    let acceptedCount = Locked(0)

    func withRegistration<Result: ~Copyable, Failure: Error>(
      _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try source.withRegistration(body)
    }

    static var acceptFunction: AcceptFunction<EndlessListener, MockStream> {
      AcceptFunction { listener in
        let count = listener.acceptedCount.withLock { count in
          count += 1
          return count
        }
        return count > 1000 ? nil : MockStream.pair().second
      }
    }
  }

  @Test
  func `peers that connect continuously do not keep other tasks from running`() throws {
    let loop = try EventLoop<MockSelector>()
    let listener = EndlessListener()
    let acceptedCount = listener.acceptedCount
    let server = AsyncEchoServer<_, _, MockStream>(listener, on: loop)
    try loop.run {
      let serving = Task(executorPreference: loop.executor) { try await server.run() }
      while acceptedCount.withLock({ $0 }) == 0 { await Task.yield() }
      serving.cancel()
      _ = await serving.result
    }
    #expect(server.counts.connections < 200)
  }

  @Test
  func `one thread serves a thousand connections, and cancelling its task closes them`() throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    let loop = try EventLoop<SystemSelector>()
    let server = AsyncEchoServer<_, _, TCPStream>(listener, on: loop)
    let serving = Locked<Task<Void, Never>?>(nil)
    let thread = Worker {
      try loop.run {
        let task = Task(executorPreference: loop.executor) {
          do { try await server.run() } catch {}
        }
        serving.withLock { $0 = task }
        await task.value
      }
    }
    var poll = try Poll<SystemSelector>()
    var clients = TokenTable<TCPStream>()
    for _ in 0..<1000 {
      let client = try TCPStream(connectingTo: address)
      _ = try clients.insert(client) { client, token throws(IOError) in
        try poll.registry.register(client, token: token, interest: [.readable, .writable])
      }
    }
    var written: Set<Token> = []
    var echoed: Set<Token> = []
    let deadline = poll.now.advanced(by: .seconds(60))
    while echoed.count < 1000, poll.now < deadline {
      for event in try poll.events(within: .seconds(30)) {
        let token = event.token
        try clients.withValue(for: token) { client in
          if event.isWritable, written.insert(token).inserted { _ = try client.write([1, 2]) }
          if event.isReadable, try client.receive(upTo: 10) == [1, 2] { echoed.insert(token) }
        }
      }
    }
    #expect(echoed.count == 1000)
    // The connections are open when their tasks are cancelled, by a thread that is not the loop's.
    serving.withLock { $0 }?.cancel()
    try thread.join()
    #expect(server.counts.connections == 1000)
    #expect(server.counts.bytes == 2000)
  }
}
