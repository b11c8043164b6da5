import MioCore

// C8, C9: the number of events.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func capacityIsNeverExceeded() throws {
    var poll = try fixture.makeConformancePoll(capacity: 2)
    var streams = TokenTable<ConnectedPair<Stream>>()
    for index in 0..<5 {
      let pair = try fixture.makePair()
      try poll.poll.registry.register(pair.first, token: Token(UInt(index)), interest: .writable)
      _ = streams.insert(pair)
    }
    var seen: Set<Token> = []
    for _ in 0..<3 {
      try poll.poll.poll(into: &poll.events, timeout: .seconds(1))
      try require(poll.events.count <= 2, "more than two events: \(poll.events)")
      seen.formUnion(poll.events.map(\.token))
    }
    try require(seen.count == 5, "what did not fit was lost: \(seen)")
  }

  func noSourceStarves() throws {
    var poll = try fixture.makeConformancePoll(capacity: 1)
    var streams = TokenTable<ConnectedPair<Stream>>()
    for index in 0..<4 {
      let pair = try fixture.makePair()
      try poll.poll.registry.register(
        pair.first, token: Token(UInt(index)), interest: .writable, mode: .level)
      _ = streams.insert(pair)
    }
    // All sources are always ready, so each round must report each source once.
    for round in 1...5 {
      let events = try poll.collect(polls: 4) { _ in false }
      try require(
        events.map(\.token).sorted() == [0, 1, 2, 3],
        "in round \(round), four polls of one event leave out a source: \(events)")
    }
  }

  func wakesAndSourcesAlternate() throws {
    var poll = try fixture.makeConformancePoll(capacity: 1)
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .writable, mode: .level)
    let wakers = [
      try poll.poll.registry.makeWaker(token: 2), try poll.poll.registry.makeWaker(token: 3),
    ]
    var counts: [Token: Int] = [:]
    for _ in 0..<30 {
      for waker in wakers { try waker.wake() }
      try poll.poll.poll(into: &poll.events, timeout: .seconds(1))
      for event in poll.events { counts[event.token, default: 0] += 1 }
    }
    for token in [Token(1), 2, 3] {
      try require(counts[token, default: 0] >= 5, "\(token) starves: \(counts)")
    }
  }

  func badCapacityIsRefused() throws {
    for capacity in [0, -1, Int.min, Int.max] {
      try requireError(.invalidArgument, "a capacity of \(capacity)") { () throws(IOError) in
        try Events<S>(capacity: capacity)
      }
    }
  }

  func oneEventPerSource() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try pair.second.send("readable and writable")
    try poll.poll.registry.register(pair.first, token: 2, interest: .readable)
    try poll.expect(2, "the data has arrived", where: \.isReadable)
    try poll.poll.registry.reregister(
      pair.first, token: 1, interest: [.readable, .writable])
    let event = try poll.expect(1, "both directions in one", where: \.isReadable)
    try require(event.isWritable, "both directions are ready, but it says \(event)")
    try require(poll.events.count == 1, "more than one event: \(poll.events)")
  }

  func sharedTokenGivesTwoEvents() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .writable)
    try poll.poll.registry.register(pair.second, token: 1, interest: .writable)
    let events = try poll.collect(polls: 4) { $0.count >= 2 }
    try require(events.count == 2, "two sources with one token gave \(events)")
  }
}
