import MioCore

// C1, C2, C3: which events are reported, and when.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func registrationIsAnEdge() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try pair.second.send("ready before")
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try poll.expect(1, "readable before it was registered", where: \.isReadable)
  }

  func reregistrationIsAnEdge() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try pair.second.send("unread")
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try poll.expect(1, "readable", where: \.isReadable)
    try poll.poll.registry.reregister(pair.first, token: 1, interest: .readable)
    try poll.expect(1, "still readable when it was registered anew", where: \.isReadable)
  }

  func reregistrationReplacesEverything() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try poll.poll.registry.reregister(pair.first, token: 2, interest: .writable, mode: .level)
    try pair.second.send("nobody asks any more")
    let events = try poll.collect(polls: 3) { _ in false }
    try require(!events.contains { $0.token == 1 }, "the old token was reported")
    try require(
      events.filter { $0.token == 2 && $0.isWritable }.count == 3,
      "level-triggered writable was not reported at each of three polls: \(events)")
    try require(!events.contains(where: \.isReadable), "the old interest was reported: \(events)")
  }

  func edgeIsReportedOnce() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try pair.second.send("not read")
    try poll.expect(1, "readable", where: \.isReadable)
    try poll.expectSilence(of: 1, because: "nothing new happened")
  }

  func drainedEdgeIsReportedAnew() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    for _ in 0..<3 {
      try pair.second.send("again")
      try poll.expect(1, "new data after the last was drained", where: \.isReadable)
      try require(try pair.first.drainReading() == 5, "the data did not arrive")
      try poll.expectSilence(of: 1, because: "it is drained")
    }
  }

  func levelIsReportedWhileItHolds() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable, mode: .level)
    try poll.expectSilence(of: 1, because: "there is no data")
    try pair.second.send("unread")
    for _ in 0..<3 { try poll.expect(1, "data is still unread", where: \.isReadable) }
    try pair.first.drainReading()
    try poll.expectSilence(of: 1, because: "all data is read")
  }

  func oneShotIsReportedOnce() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(
      pair.first, token: 1, interest: [.readable, .writable], mode: .oneShot)
    try poll.expect(1, "writable", where: \.isWritable)
    try pair.second.send("data")
    try poll.expectSilence(of: 1, because: "it was reported once, for both directions")
    try pair.first.drainReading()
    try pair.second.send("more")
    try poll.expectSilence(of: 1, because: "would-block does not re-arm a one-shot registration")
  }

  func oneShotIsRearmedByReregistration() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable, mode: .oneShot)
    try pair.second.send("data")
    for _ in 0..<3 {
      try poll.expect(1, "readable", where: \.isReadable)
      try poll.expectSilence(of: 1, because: "it was reported")
      try poll.poll.registry.reregister(pair.first, token: 1, interest: .readable, mode: .oneShot)
    }
  }

  func modeIsReplaced() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try pair.second.send("unread")
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable, mode: .level)
    for _ in 0..<2 { try poll.expect(1, "level", where: \.isReadable) }
    try poll.poll.registry.reregister(pair.first, token: 1, interest: .readable, mode: .edge)
    try poll.expect(1, "the edge of registering anew", where: \.isReadable)
    try poll.expectSilence(of: 1, because: "it is edge-triggered now")
    try poll.poll.registry.reregister(pair.first, token: 1, interest: .readable, mode: .level)
    for _ in 0..<2 { try poll.expect(1, "level again", where: \.isReadable) }
  }

  func blockedReadRearmsReadingOnly() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    try poll.expect(1, "writable", where: \.isWritable)
    try poll.settle()
    for _ in 0..<3 {
      try require(try pair.first.drainReading() == 0, "there is nothing to read")
      try poll.expectSilence(of: 1, because: "a blocked read makes nothing writable")
    }
    try pair.second.send("data")
    try poll.expect(1, "readable after a blocked read", where: \.isReadable)
  }

  func blockedWriteRearmsWritingOnly() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try pair.second.send("unread")
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    try poll.expect(1, "readable", where: \.isReadable)
    try pair.first.fillWriting()
    try poll.settle()
    _ = try pair.first.write("a")
    try poll.expectSilence(of: 1, because: "a blocked write makes nothing readable")
    // Data in flight fills the buffers again when the peer reads, so the peer reads until all of it
    // has arrived.
    var isWritable = false
    _ = try waitUntil {
      try pair.second.drainReading()
      try poll.poll.poll(into: &poll.events, timeout: .zero)
      isWritable = poll.events.contains { $0.token == 1 && $0.isWritable }
      return isWritable
    }
    try require(isWritable, "not writable when the peer has read")
  }
}
