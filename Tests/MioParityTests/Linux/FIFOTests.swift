import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// A FIFO whose writers come and go: the promises of `Docs/Portability.md` for each selector.
@Suite(.guardingDescriptors)
struct FIFOTests {
  @Test(arguments: TestedSelector.allCases, [TriggerMode.edge, .level])
  func `a FIFO that is open for reading and writing reports every writer, and no end`(
    _ selector: TestedSelector, _ mode: TriggerMode
  ) throws {
    let poll = try selector.makePoll()
    let reader = try PipeReceiver(adopting: FIFO.open(O_RDWR))
    try poll.register(reader, token: 1, interest: .readable, mode: mode)
    for byte in [1, 2, 3] as [UInt8] {
      try visit(reader, writing: byte)
      let event = try poll.next(1, where: \.isReadable)
      #expect(!event.isReadClosed)
      #expect(try reader.receive() == [byte])
      #expect(try reader.receive() == nil)
      #expect(try poll.shortly().isEmpty)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a FIFO that is open for reading reports a writer and the writer's end`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let reader = try PipeReceiver(adopting: FIFO.open(O_RDONLY))
    try poll.register(reader, token: 1, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    try endFirstVisit(reader, poll)
  }

  @Test(arguments: TestedSelector.allCases.filter { $0 != .poll })
  func `a FIFO reports its next writer after a hang-up`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let reader = try PipeReceiver(adopting: FIFO.open(O_RDONLY))
    try poll.register(reader, token: 1, interest: .readable)
    for byte in [1, 2, 3] as [UInt8] {
      try visit(reader, writing: byte)
      try poll.next(1, where: \.isReadable)
      #expect(try reader.receive() == [byte])
      #expect(try reader.receive() == [])
      try poll.settle()
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a FIFO reports its next writer after a hang-up and a read that would block`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let reader = try PipeReceiver(adopting: FIFO.open(O_RDONLY))
    try poll.register(reader, token: 1, interest: .readable)
    try endFirstVisit(reader, poll)
    let writer = try PipeSender(adopting: FIFO.writer(of: reader.descriptor))
    try poll.settle()
    #expect(try reader.receive() == nil)
    try writer.send([2])
    try poll.next(1, where: \.isReadable)
    #expect(try reader.receive() == [2])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a FIFO reports its next writer after a hang-up and a new registration`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let reader = try PipeReceiver(adopting: FIFO.open(O_RDONLY))
    try poll.register(reader, token: 1, interest: .readable)
    try endFirstVisit(reader, poll)
    try visit(reader, writing: 2)
    try poll.reregister(reader, token: 2, interest: .readable)
    try poll.next(2, where: \.isReadable)
    #expect(try reader.receive() == [2])
  }

  @Test(arguments: TestedSelector.allCases.filter { $0 == .poll })
  func `an edge of poll(2) reports only the first hang-up of a FIFO`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let reader = try PipeReceiver(adopting: FIFO.open(O_RDONLY))
    try poll.register(reader, token: 1, interest: .readable)
    try endFirstVisit(reader, poll)
    // This is a limitation, which the documents must mention as long as it exists.
    try visit(reader, writing: 2)
    #expect(try poll.shortly().isEmpty)
    #expect(try reader.receive() == [2])
  }

  /// Opens a writer, writes a byte, and closes the writer.
  private func visit(_ reader: borrowing PipeReceiver, writing byte: UInt8) throws {
    let writer = try PipeSender(adopting: FIFO.writer(of: reader.descriptor))
    #expect(try writer.send([byte]) == 1)
  }

  /// The first writer opens and closes the FIFO, and an event reports each.
  private func endFirstVisit(_ reader: borrowing PipeReceiver, _ poll: any TestPoll) throws {
    let writer = try PipeSender(adopting: FIFO.writer(of: reader.descriptor))
    try writer.send([1])
    try poll.next(1, where: \.isReadable)
    #expect(try reader.receive() == [1])
    #expect(try reader.receive() == nil)
    try writer.close()
    try poll.next(1, where: \.isReadClosed)
    #expect(try reader.receive() == [])
  }
}
