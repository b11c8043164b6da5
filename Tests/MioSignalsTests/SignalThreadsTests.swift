import CLibrary
import MioCore
import MioNet
import MioSignals
import Synchronization
import TestHelpers
import Testing

/// Signals that arrive at several threads at once.
@Suite(.guardingDescriptors)
struct SignalThreadsTests {
  @Test(arguments: TestedSelector.allCases)
  func `the last of many signals is never lost`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let source = try SignalSource(.windowChange)
    try poll.register(source, token: 7, interest: .readable)
    let total = 40_000
    let sent = Sent()
    let senders = (0..<4).map { _ in
      Worker {
        for _ in 0..<(total / 4) {
          sent.count.add(1, ordering: .sequentiallyConsistent)
          raiseHere(SIGWINCH)
        }
      }
    }
    // The count before an event includes the signal of the event. If the last one were lost, the
    // poll would wait in vain.
    var seen = 0
    while seen < total {
      try poll.next(7, where: \.isReadable)
      while try source.receive() != nil {
        seen = sent.count.load(ordering: .sequentiallyConsistent)
      }
    }
    for sender in senders { try sender.join() }
    #expect(seen == total)
  }

  @Test
  func `a handler never writes to a descriptor after its source was destroyed`() throws {
    let remaining = try SignalSource(.windowChange)
    let isOver = Flag()
    let senders = (0..<3).map { _ in
      Worker { while !isOver.value.load(ordering: .relaxed) { raiseHere(SIGWINCH) } }
    }
    defer { isOver.value.store(true, ordering: .relaxed) }
    for _ in 0..<2_000 {
      do {
        let source = try SignalSource(.windowChange)
        _ = source.descriptor
      }
      // The new pipe has the numbers of the source's descriptors.
      let pipe = try AnonymousPipe()
      var byte: [UInt8] = [0]
      var bytes = byte.mutableSpan
      for _ in 0..<3 { try #require(try pipe.receiver.read(into: &bytes) == nil) }
    }
    isOver.value.store(true, ordering: .relaxed)
    for sender in senders { try sender.join() }
    #expect(try remaining.receive() == .windowChange)
  }

  @Test
  func `several threads can create and destroy sources at the same time`() throws {
    let workers = (0..<4).map { _ in
      Worker {
        for _ in 0..<500 {
          let source = try SignalSource([.windowChange, .continue])
          raiseHere(SIGWINCH)
          guard try source.receive()?.contains(.windowChange) == true else { throw Lost() }
        }
      }
    }
    for worker in workers { try worker.join() }
  }
}

private final class Sent: Sendable {
  let count = Atomic<Int>(0)
}

private final class Flag: Sendable {
  let value = Atomic<Bool>(false)
}

private struct Lost: Error {}
