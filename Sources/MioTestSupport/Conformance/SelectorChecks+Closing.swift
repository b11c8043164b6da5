import MioCore

// C10, C13: how the end of a connection is reported.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func finishedPeerIsReadClosed() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    let connected = try poll.expect(1, "writable", where: \.isWritable)
    try require(
      !connected.isReadClosed && !connected.isWriteClosed && !connected.isError,
      "a fresh connection says \(connected)")
    try pair.second.shutdown(.write)
    let event = try poll.expect(1, "the peer finished", where: \.isReadClosed)
    try require(event.isReadable, "the end of the stream can be read, but it says \(event)")
    try require(!event.isWriteClosed && !event.isError, "only reading is over, not \(event)")
    try require(try pair.first.drainReading() == 0, "there is data after the end")
    try pair.first.send("the other direction works")
  }

  func closedPeerIsReadable() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try pair.second.send("last words")
    let first = pair.first
    drop(pair.second)
    try poll.expect(1, "the peer is gone", where: \.isReadClosed)
    try require(try first.drainReading() == 10, "bytes before the end were lost")
    var buffer: ContiguousArray<UInt8> = [0]
    var room = buffer.mutableSpan
    try require(try first.read(into: &room) == 0, "the end of the stream is not told")
  }

  func bothShutIsWriteClosed() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    try poll.expect(1, "writable", where: \.isWritable)
    try pair.first.shutdown(.both)
    // A system may report the two directions one after the other.
    var isReadClosed = false
    var isWriteClosed = false
    try poll.expect(1, "both directions are shut") { event in
      isReadClosed = isReadClosed || event.isReadClosed
      isWriteClosed = isWriteClosed || event.isWriteClosed
      return isReadClosed && isWriteClosed
    }
  }

  func writingToAClosedPeerThrows() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    let first = pair.first
    drop(pair.second)
    try poll.poll.registry.register(first, token: 1, interest: .writable)
    // The first writes may still succeed. A signal at any of them would end the process.
    for _ in 0..<100 {
      do throws(IOError) {
        _ = try first.write("anybody there?")
      } catch {
        try require(
          error.kind == .brokenPipe || error.kind == .connectionReset, "got '\(error)'")
        return
      }
      try poll.poll.poll(into: &poll.events, timeout: .milliseconds(5))
    }
    throw ContractViolation(
      "writing to a closed peer never fails", file: #fileID, line: #line)
  }
}
