import MioCore
import MioNet
import MioWindows
import TestHelpers
import Testing

/// Sockets that are made, registered, used and released at random, in polls that are released as
/// well.
final class SocketLives {
  private typealias Selector = AFDBackend<CountedAFDCalls>

  /// A poll in a class, because arrays cannot hold non-copyable values.
  private final class Watch {
    var poll: Poll<Selector>
    var events: Events<Selector>

    init() throws(IOError) {
      poll = try Poll()
      events = try Events(capacity: 8)
    }
  }

  /// One end of a connection.
  private final class End {
    let stream: TCPStream
    var watch: Watch?

    init(_ stream: consuming TCPStream) {
      self.stream = stream
    }
  }

  private var random: SplitMix64
  private let listener: TCPListener
  private var watches: [Watch] = []
  private var ends: [End] = []
  /// The owner of each token.
  ///
  /// A token is used once, so a late event is detected.
  private var owners: [Token: End] = [:]
  private var nextToken: Token = 1
  /// The number of events.
  private(set) var eventCount = 0

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    listener = try Loopback.listener()
    for _ in 0..<2 { watches.append(try Watch()) }
  }

  /// Performs this number of steps.
  func run(steps: Int) throws {
    for _ in 0..<steps { try step() }
  }

  private func step() throws {
    let end = ends.randomElement(using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0, 1: if ends.count < 60 { try open() }
    case 2: try end.map(close)
    case 3: if Int.random(in: 0..<10, using: &random) == 0 { try replaceWatch() }
    case 4...8: try end.map(register)
    case 9...10: try end.map(deregister)
    case 11...12: _ = try? end?.stream.send([1, 2, 3])
    case 13...15: _ = try? end?.stream.receive()
    case 16: try? end?.stream.shutdown(pick([.read, .write, .both]))
    default: try poll()
    }
  }

  /// Returns a random element of an array that is not empty.
  private func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }

  private func open() throws {
    let pair = try Loopback.pair(of: listener)
    ends += [End(pair.first), End(pair.second)]
  }

  /// Closes an end; half of the ends are still registered then.
  private func close(_ end: End) throws {
    if Bool.random(using: &random) { try deregister(end) }
    forget(end)
    ends.removeAll { $0 === end }
  }

  private func forget(_ end: End) {
    owners = owners.filter { $0.value !== end }
  }

  private func register(_ end: End) throws {
    let watch = end.watch ?? pick(watches)
    let token = nextToken
    nextToken = Token(nextToken.rawValue + 1)
    let interest: Interest = pick([
      [.readable], [.writable], [.readable, .writable], [.readable, .priority],
    ])
    let mode: TriggerMode = pick([.edge, .level, .oneShot])
    if end.watch == nil {
      try watch.poll.registry.register(end.stream, token: token, interest: interest, mode: mode)
    } else {
      try watch.poll.registry.reregister(end.stream, token: token, interest: interest, mode: mode)
    }
    forget(end)
    end.watch = watch
    owners[token] = end
  }

  private func deregister(_ end: End) throws {
    guard let watch = end.watch else { return }
    try watch.poll.registry.deregister(end.stream)
    forget(end)
    end.watch = nil
  }

  /// Replaces a poll whose sources are still registered; the sockets stay open.
  private func replaceWatch() throws {
    let index = Int.random(in: watches.indices, using: &random)
    let old = watches[index]
    for end in ends where end.watch === old {
      forget(end)
      end.watch = nil
    }
    watches[index] = try Watch()
  }

  private func poll() throws {
    let watch = pick(watches)
    try watch.poll.poll(into: &watch.events, timeout: .zero)
    for event in watch.events {
      eventCount += 1
      #expect(owners[event.token]?.watch === watch, "an event of nobody: \(event)")
    }
  }
}
