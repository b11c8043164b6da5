import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/unix_pipe.rs`.
@Suite(.guardingDescriptors, .needs(.pipes))
struct PipeParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `a pipe is reported, and transfers bytes`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pipe = try AnonymousPipe()
    try #require(OpenDescriptors.isSafe(pipe.sender.descriptor))
    try #require(OpenDescriptors.isSafe(pipe.receiver.descriptor))
    #expect(try pipe.receiver.receive() == nil)
    try poll.register(pipe.receiver, token: 1, interest: .readable)
    try poll.register(pipe.sender, token: 2, interest: .writable)
    #expect(try poll.next(2) == Event(token: 2, readiness: .writable))
    #expect(try pipe.sender.send([1, 2, 3]) == 3)
    try poll.next(1, where: \.isReadable)
    #expect(try pipe.receiver.receive() == [1, 2, 3])
    #expect(try pipe.receiver.receive() == nil)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a closed sender causes one event and the end of the stream`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pipe = try AnonymousPipe()
    let receiver = pipe.receiver
    try poll.register(receiver, token: 1, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    try pipe.sender.close()
    let event = try poll.next(1)
    #expect(event.isReadClosed && event.isReadable)
    #expect(try poll.shortly().isEmpty)
    #expect(try receiver.receive() == [])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a closed receiver causes one event and a broken pipe`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pipe = try AnonymousPipe()
    let sender = pipe.sender
    try poll.register(sender, token: 1, interest: .writable)
    try poll.next(1, where: \.isWritable)
    try pipe.receiver.close()
    let event = try poll.next(1)
    #expect(event.isWriteClosed && event.isWritable)
    #expect(try poll.shortly().isEmpty)
    // A signal would have ended the process here.
    expectError(.brokenPipe) { () throws(IOError) in try sender.send([1]) }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a child process receives and answers over adopted pipes`(_ selector: TestedSelector) throws
  {
    let poll = try selector.makePoll()
    let child = try Subprocess.start("/bin/cat")
    let input = try PipeSender(adopting: child.input)
    let output = try PipeReceiver(adopting: child.output)
    try #require(OpenDescriptors.isSafe(output.descriptor))
    try poll.register(input, token: 1, interest: .writable)
    try poll.register(output, token: 2, interest: .readable)
    try poll.next(1, where: \.isWritable)
    #expect(try input.send([1, 2, 3]) == 3)
    #expect(try poll.receive(3, from: output, token: 2) == [1, 2, 3])
    #expect(try output.receive() == nil)
    try poll.deregister(input)
    try input.close()
    try poll.next(2, where: \.isReadClosed)
    #expect(try output.receive() == [])
  }

  @Test
  func `the ends of a child's pipes are non-blocking after they are adopted`() throws {
    let child = try Subprocess.start("/bin/cat")
    #expect(!OpenDescriptors.isNonBlocking(child.input.fileDescriptor))
    #expect(!OpenDescriptors.isNonBlocking(child.output.fileDescriptor))
    let input = try PipeSender(adopting: child.input)
    let output = try PipeReceiver(adopting: child.output)
    try #require(
      OpenDescriptors.isSafe(input.descriptor) && OpenDescriptors.isSafe(output.descriptor))
    #expect(try output.receive() == nil)
  }
}
