import CRawEpoll
import MioCore
import MioEpoll
import MioNet

/// The measured operations.
///
/// Each has an equivalent in C.
enum Workload: String, CaseIterable {
  case poll, handlerPoll, timedPoll
  case selectorRegister, sourceRegister, streamRegister
  case wake, echo
  case rawPoll, rawHandlerPoll, rawTimedPoll, rawRegister, rawWake, rawEcho

  /// Performs the operation `count` times.
  ///
  /// - Parameters:
  ///   - count: The number of times.
  ///   - width: The number of descriptors that are ready at each poll.
  ///   - milliseconds: The timeout of timed polls.
  /// - Throws: The ``IOError`` of the measured operation.
  func run(count: Int, width: Int, milliseconds: Int) throws(IOError) {
    switch self {
    case .poll, .handlerPoll, .timedPoll:
      try runPoll(count: count, width: width, timeout: .milliseconds(milliseconds))
    case .selectorRegister: try runSelectorRegister(count: count)
    case .sourceRegister: try runSourceRegister(count: count)
    case .streamRegister: try runStreamRegister(count: count)
    case .wake: try runWake(count: count)
    case .echo: try runEcho(count: count)
    case .rawPoll, .rawHandlerPoll, .rawTimedPoll:
      runRawPoll(count: count, width: width, milliseconds: Int32(milliseconds))
    case .rawRegister: runRawRegister(count: count)
    case .rawWake: runRawWake(count: count)
    case .rawEcho: runRawEcho(count: count)
    }
  }
}

/// Ends the process if events were lost or invented, because a poll that skips work is not valid.
private func expect(_ sum: UInt64, count: Int, width: Int) {
  precondition(sum == UInt64(count * width * (width + 1) / 2), "events were lost or invented")
}

// MARK: - Polling

extension Workload {
  private func runPoll(count: Int, width: Int, timeout: Duration) throws(IOError) {
    var poll = try Poll<EpollSelector>()
    var events = try Events<EpollSelector>(capacity: max(16, width))
    let counters = (0..<width).map { _ in raw_eventfd() }
    var sources = TokenTable<BorrowedDescriptor>(minimumCapacity: width)
    for (index, counter) in counters.enumerated() {
      let source = BorrowedDescriptor(Descriptor(counter))
      try poll.registry.register(source, token: Token(UInt(index + 1)), interest: .readable)
      _ = sources.insert(source)
    }
    var sum: UInt64 = 0
    for _ in 0..<count {
      counters.forEach { raw_arm($0) }
      switch self {
      case .handlerPoll: try collectedHandlerPoll(&poll, &events, &sum)
      case .timedPoll: try collectedTimedPoll(&poll, &events, timeout, &sum)
      default: try collectedPoll(&poll, &events, &sum)
      }
    }
    expect(sum, count: count, width: width)
  }

  private func runRawPoll(count: Int, width: Int, milliseconds: Int32) {
    let queue = raw_queue()
    let counters = (0..<width).map { _ in raw_eventfd() }
    for (index, counter) in counters.enumerated() {
      raw_collected_register(queue, counter, UInt64(index + 1))
    }
    var sum: UInt64 = 0
    for _ in 0..<count {
      counters.forEach { raw_arm($0) }
      switch self {
      case .rawHandlerPoll: unsafe raw_collected_poll_handler(queue, -1, &sum)
      case .rawTimedPoll: unsafe raw_collected_poll(queue, milliseconds, &sum)
      default: unsafe raw_collected_poll(queue, -1, &sum)
      }
    }
    expect(sum, count: count, width: width)
  }
}

// MARK: - Registering

extension Workload {
  private func runSelectorRegister(count: Int) throws(IOError) {
    let selector = try EpollSelector()
    let state = RegistrationState()
    let descriptor = Descriptor(raw_eventfd())
    for turn in 0..<count {
      try collectedSelectorRegister(selector, descriptor, state: state, Token(UInt(turn)))
      try collectedSelectorReregister(selector, descriptor, state: state, Token(UInt(turn)))
      try collectedSelectorDeregister(selector, descriptor, state: state)
    }
  }

  private func runSourceRegister(count: Int) throws(IOError) {
    let poll = try Poll<EpollSelector>()
    let source = BorrowedDescriptor(Descriptor(raw_eventfd()))
    for turn in 0..<count {
      try collectedSourceRegister(poll.registry, source, Token(UInt(turn)))
      try collectedSourceReregister(poll.registry, source, Token(UInt(turn)))
      try collectedSourceDeregister(poll.registry, source)
    }
  }

  private func runStreamRegister(count: Int) throws(IOError) {
    let poll = try Poll<EpollSelector>()
    let stream = try streamPair().server
    for turn in 0..<count {
      try collectedStreamRegister(poll.registry, stream, Token(UInt(turn)))
      try collectedStreamReregister(poll.registry, stream, Token(UInt(turn)))
      try collectedStreamDeregister(poll.registry, stream)
    }
  }

  private func runRawRegister(count: Int) {
    let queue = raw_queue()
    let counter = raw_eventfd()
    for turn in 0..<count {
      raw_collected_register(queue, counter, UInt64(turn))
      raw_collected_reregister(queue, counter, UInt64(turn))
      raw_collected_deregister(queue, counter)
    }
  }
}

// MARK: - Waking

extension Workload {
  private func runWake(count: Int) throws(IOError) {
    let poll = try Poll<EpollSelector>()
    let waker = try poll.registry.makeWaker(token: 7)
    try waker.wake()
    for _ in 0..<count { try collectedWake(waker) }
  }

  private func runRawWake(count: Int) {
    let counter = raw_eventfd()
    for _ in 0..<count { raw_collected_wake(counter) }
  }
}

// MARK: - Echoing

/// The number of bytes of one message.
private let messageSize = 64

/// A stream and the descriptor of its peer.
private struct StreamPair: ~Copyable {
  let server: TCPStream
  let client: Int32
}

private func streamPair() throws(IOError) -> StreamPair {
  var ends: [Int32] = [-1, -1]
  unsafe raw_stream_pair(&ends)
  return StreamPair(server: try TCPStream(adopting: Descriptor(ends[0])), client: ends[1])
}

extension Workload {
  private func runEcho(count: Int) throws(IOError) {
    let poll = try Poll<EpollSelector>()
    var connections = TokenTable<TCPStream>(minimumCapacity: 16)
    let pair = try streamPair()
    let client = pair.client
    let token = connections.insert(pair.server)
    _ = try connections.withValue(for: token) { stream throws(IOError) in
      try poll.registry.register(stream, token: token, interest: .readable)
    }
    let capacity = 4096
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    let other = raw_start_client(client, count, messageSize)
    unsafe try collectedEcho(poll, connections, bytes, capacity)
    raw_finish_client(other)
  }

  private func runRawEcho(count: Int) {
    var ends: [Int32] = [-1, -1]
    unsafe raw_stream_pair(&ends)
    raw_set_nonblocking(ends[0])
    let queue = raw_queue()
    raw_collected_register(queue, ends[0], UInt64(ends[0]))
    let other = raw_start_client(ends[1], count, messageSize)
    raw_collected_echo(queue)
    raw_finish_client(other)
  }
}
