import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct PipeTests {
  @Test
  func `bytes are transferred through a pipe, and then the end of file is read`() throws {
    let pipe = try AnonymousPipe()
    #expect(try read(pipe.receiver) == nil)
    #expect(try pipe.sender.write([1, 2].span) == 2)
    #expect(try pipe.sender.write([3].span, [4, 5].span) == 3)
    #expect(try read(pipe.receiver) == [1, 2, 3, 4, 5])
    var first: [UInt8] = [0]
    var second: [UInt8] = [0, 0]
    #expect(try pipe.sender.write([6, 7].span) == 2)
    var firstRoom = first.mutableSpan
    var secondRoom = second.mutableSpan
    let count = try pipe.receiver.read(into: &firstRoom, &secondRoom)
    #expect(count == 2 && first == [6] && second == [7, 0])
    try pipe.sender.close()
    #expect(try read(pipe.receiver) == [])
  }

  @Test
  func `both ends are close-on-exec and non-blocking`() throws {
    let pipe = try AnonymousPipe()
    for number in [pipe.sender.descriptor, pipe.receiver.descriptor].map(\.fileDescriptor) {
      #expect(OpenDescriptors.isCloseOnExec(number) && OpenDescriptors.isNonBlocking(number))
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `writing to a full pipe would block, and the pipe is reported when it has space`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pipe = try AnonymousPipe()
    try poll.register(pipe.sender, token: 1, interest: .writable)
    let bytes = [UInt8](repeating: 1, count: 65_536)
    while try pipe.sender.write(bytes.span) != nil {}
    try poll.settle()
    while try read(pipe.receiver) != nil {}
    try poll.next(1, where: \.isWritable)
  }

  @Test
  func `an end of a pipe is adopted only for its direction, and becomes non-blocking`() throws {
    var ends: [Int32] = [-1, -1]
    #expect(unsafe Glibc.pipe(&ends) == 0)
    let reading = Descriptor(ends[0])
    let writing = Descriptor(ends[1])
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try PipeSender(adopting: reading)
    }
    #expect(error?.operation == .adopt)
    expectError(.invalidArgument) { () throws(IOError) in try PipeReceiver(adopting: writing) }
    let receiver = try PipeReceiver(adopting: reading)
    let sender = try PipeSender(adopting: writing)
    #expect(OpenDescriptors.isNonBlocking(ends[0]) && OpenDescriptors.isCloseOnExec(ends[0]))
    #expect(OpenDescriptors.isNonBlocking(ends[1]) && OpenDescriptors.isCloseOnExec(ends[1]))
    #expect(try sender.write([1].span) == 1)
    #expect(try read(receiver) == [1])
  }

  @Test
  func `an owned end of a pipe is adopted, or closed if adopting throws`() throws {
    let pipe = try AnonymousPipe()
    let sender = try PipeSender(adopting: OwnedDescriptor(owning: pipe.sender.takeDescriptor()))
    #expect(try sender.write([1].span) == 1)
    let before = OpenDescriptors.list().count
    let owned = OwnedDescriptor(owning: pipe.receiver.takeDescriptor())
    do throws(IOError) {
      _ = try PipeSender(adopting: owned)
      Issue.record("the end that reads was adopted")
    } catch {
      #expect(error == IOError(.invalidArgument, operation: .adopt, code: EINVAL))
    }
    #expect(OpenDescriptors.list().count == before - 1)
  }

  @Test
  func `a duplicate is close-on-exec, and refers to the same pipe`() throws {
    let pipe = try AnonymousPipe()
    let duplicate = try pipe.sender.duplicateDescriptor()
    #expect(duplicate.descriptor != pipe.sender.descriptor)
    #expect(OpenDescriptors.isSafe(duplicate.descriptor))
    let sender = try PipeSender(adopting: duplicate)
    #expect(try sender.write([1].span) == 1)
    #expect(try read(pipe.receiver) == [1])
    withDescriptorsLeft(0) {
      let error = expectError(.tooManyOpenFiles) { () throws(IOError) in
        try pipe.sender.duplicateDescriptor()
      }
      #expect(error?.operation == .duplicate)
    }
  }

  @Test
  func `a descriptor that is not a pipe is not adopted`() throws {
    let socket = try UDPSocket(.v4)
    expectError(.invalidArgument) { () throws(IOError) in
      try PipeSender(adopting: socket.descriptor)
    }
    expectError(.badDescriptor) { () throws(IOError) in
      try PipeReceiver(adopting: Descriptor(-1))
    }
  }

  private func read(_ receiver: borrowing PipeReceiver) throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var room = buffer.mutableSpan
    return try receiver.read(into: &room).map { Array(buffer[..<$0]) }
  }
}
