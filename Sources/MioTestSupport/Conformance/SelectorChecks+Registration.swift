import MioCore
import Synchronization

// C4, C5, C14, C15: which sources are registered, and which are not.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func registeringTwiceIsRefused() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try requireError(.alreadyRegistered, "registering twice") { () throws(IOError) in
      try poll.poll.registry.register(pair.first, token: 2, interest: .writable)
    }
    try pair.second.send("data")
    try poll.expect(1, "the first registration stands", where: \.isReadable)
    try poll.expectSilence(of: 2, because: "the second registration was refused")
  }

  func secondPollIsRefused() throws {
    var poll = try fixture.makeConformancePoll()
    var other = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try requireError(.alreadyRegistered, "registering with a second poll") {
      () throws(IOError) in
      try other.poll.registry.register(pair.first, token: 2, interest: .readable)
    }
    try requireError(.notRegistered, "reregistering with a stranger") { () throws(IOError) in
      try other.poll.registry.reregister(pair.first, token: 2, interest: .readable)
    }
    try requireError(.notRegistered, "deregistering from a stranger") { () throws(IOError) in
      try other.poll.registry.deregister(pair.first)
    }
    try pair.second.send("data")
    try poll.expect(1, "the first registration stands", where: \.isReadable)
    try other.expectSilence(of: 1, 2, because: "it has no registration")
    try poll.poll.registry.deregister(pair.first)
    try other.poll.registry.register(pair.first, token: 2, interest: .readable)
    try other.expect(2, "a source can move to another poll", where: \.isReadable)
  }

  func strangersAreRefused() throws {
    let poll = try fixture.makePoll()
    let pair = try fixture.makePair()
    for _ in 0..<2 {
      try requireError(.notRegistered, "reregistering a stranger") { () throws(IOError) in
        try poll.registry.reregister(pair.first, token: 1, interest: .readable)
      }
      try requireError(.notRegistered, "deregistering a stranger") { () throws(IOError) in
        try poll.registry.deregister(pair.first)
      }
      try poll.registry.register(pair.first, token: 1, interest: .readable)
      try poll.registry.deregister(pair.first)
    }
  }

  func emptyInterestIsRefused() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try requireError(.invalidArgument, "an empty interest") { () throws(IOError) in
      try poll.poll.registry.register(pair.first, token: 1, interest: [])
    }
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try requireError(.invalidArgument, "an empty interest") { () throws(IOError) in
      try poll.poll.registry.reregister(pair.first, token: 2, interest: [])
    }
    try pair.second.send("data")
    try poll.expect(1, "the registration stands", where: \.isReadable)
  }

  func failedRegistrationCanBeRetried() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try requireError(.unsupported, "an interest that cannot be watched") { () throws(IOError) in
      try poll.poll.registry.register(pair.first, token: 1, interest: fixture.unwatchable)
    }
    try requireError(.notRegistered, "it must not count as registered") { () throws(IOError) in
      try poll.poll.registry.deregister(pair.first)
    }
    try poll.poll.registry.register(pair.first, token: 2, interest: .readable)
    try requireError(.unsupported, "an interest that cannot be watched") { () throws(IOError) in
      try poll.poll.registry.reregister(pair.first, token: 3, interest: fixture.unwatchable)
    }
    try pair.second.send("data")
    try poll.expect(2, "the registration stands", where: \.isReadable)
  }

  func oneOfTwoThreadsRegisters() throws {
    let poll = try fixture.makePoll()
    let registry = try poll.registry.duplicate()
    let pair = try fixture.makePair()
    let shared = Shared(pair, registry)
    for _ in 0..<200 {
      let refused = Atomic(0)
      let start = Atomic(0)
      TestThread.run(count: 2) {
        start.add(1, ordering: .acquiringAndReleasing)
        while start.load(ordering: .acquiring) < 2 { yieldThread() }
        do throws(IOError) {
          try shared.registry.register(shared.pair.first, token: 1, interest: .readable)
        } catch {
          if error.kind == .alreadyRegistered { refused.add(1, ordering: .relaxed) }
        }
      }
      let count = refused.load(ordering: .acquiring)
      try require(count == 1, "of two threads \(count) were refused")
      try poll.registry.deregister(shared.pair.first)
    }
  }

  func sourceOfClosedSelectorIsFree() throws {
    let pair = try fixture.makePair()
    do {
      let poll = try fixture.makePoll()
      try poll.registry.register(pair.first, token: 1, interest: .readable)
    }
    var poll = try fixture.makeConformancePoll()
    try poll.poll.registry.register(pair.first, token: 2, interest: .readable)
    try pair.second.send("data")
    try poll.expect(2, "readable in the new poll", where: \.isReadable)
  }

  func deregisteredSourceIsSilent() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    try pair.second.send("pending in the kernel")
    try poll.poll.registry.deregister(pair.first)
    try poll.expectSilence(of: 1, because: "it was deregistered before the poll")
    try pair.second.send("more")
    try poll.expectSilence(of: 1, because: "it was deregistered")
    var received = 0
    let isThere = try waitUntil {
      received += try pair.first.drainReading()
      return received == 25
    }
    try require(isThere, "the stream itself does not work: \(received) of 25 bytes arrived")
  }

  func closedSourceIsSilent() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    try pair.second.send("pending in the kernel")
    let second = pair.second
    drop(pair.first)
    try poll.expectSilence(of: 1, because: "it was closed")
    // The system may reuse the descriptor's number for a source that is unrelated to the closed
    // one.
    let other = try fixture.makePair()
    try poll.poll.registry.register(other.first, token: 2, interest: .readable)
    _ = try? second.write("a")
    try poll.expectSilence(of: 1, 2, because: "nothing happened to the new source")
  }

  func deregisteredSourceCanRegisterAgain() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    for token in [Token(1), 2, 3] {
      try poll.poll.registry.register(pair.first, token: token, interest: .readable)
      try pair.second.send("data")
      try poll.expect(token, "readable", where: \.isReadable)
      try pair.first.drainReading()
      try poll.poll.registry.deregister(pair.first)
    }
  }

  func everyTokenComesBack() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    let probe = UInt(bitPattern: ObjectIdentifier(Int.self))
    let tokens = [0, 1, UInt.max, UInt.max - 1, UInt.max / 2 + 1, probe].map { Token($0) }
    try poll.poll.registry.register(pair.first, token: 7, interest: .writable)
    for token in tokens {
      try poll.poll.registry.reregister(pair.first, token: token, interest: .writable)
      try poll.expect(token, "writable", where: \.isWritable)
    }
    for token in tokens {
      let waker = try poll.poll.registry.makeWaker(token: token)
      try waker.wake()
      try poll.expect(token, "woken", where: \.isReadable)
    }
  }

  func badDescriptorIsRefused() throws {
    let poll = try fixture.makePoll()
    let source = BorrowedDescriptor(Descriptor(-1))
    for _ in 0..<2 {
      try requireError(.badDescriptor, "a descriptor that is none") { () throws(IOError) in
        try poll.registry.register(source, token: 1, interest: .readable)
      }
      try requireError(.notRegistered, "it was not registered") { () throws(IOError) in
        try poll.registry.deregister(source)
      }
    }
  }

  func keptEventsStay() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .writable)
    try poll.expect(1, "writable", where: \.isWritable)
    let kept = poll.events
    let before = Array(kept)
    try poll.poll.registry.reregister(pair.first, token: 2, interest: .writable)
    try poll.expect(2, "writable", where: \.isWritable)
    try require(Array(kept) == before, "a later poll changed a copy: \(Array(kept))")
  }
}

/// A pair of streams and a registry that several threads share.
struct Shared<S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable>: ~Copyable,
  Sendable
{
  let pair: ConnectedPair<Stream>
  let registry: Registry<S>

  init(_ pair: consuming ConnectedPair<Stream>, _ registry: consuming Registry<S>) {
    self.pair = pair
    self.registry = registry
  }
}
