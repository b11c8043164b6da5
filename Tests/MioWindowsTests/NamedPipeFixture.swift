import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// One named pipe over scripted calls, and the port of its operations.
///
/// When a test ends, the port is closed. Then all operations must end, and all memory and handles
/// must be released.
class NamedPipeFixture {
  let calls = ScriptedPipeCalls()
  let operations = PortOperations(port: 1)
  static let name = #"\\.\pipe\mio"#

  deinit {
    operations.close()
    for packet in calls.endCancelled() + calls.takeAnnouncements() { operations.finish(packet) }
    #expect(operations.count == 0)
    operations.forget()
    #expect(calls.memories == 0)
    #expect(!calls.isOpen)
    #expect(calls.violations == [])
  }

  func makeServer() throws(IOError) -> NamedPipe {
    try NamedPipe(creating: Self.name, options: NamedPipeOptions(), calls: calls)
  }

  func makeClient(_ mode: NamedPipeMode = .bytes) throws(IOError) -> NamedPipe {
    try NamedPipe(opening: Self.name, mode: mode, calls: calls)
  }

  func adopt(_ mode: NamedPipeMode = .bytes) throws(IOError) -> NamedPipe {
    try NamedPipe(
      adopting: Descriptor(rawValue: ScriptedPipeCalls.handle), mode: mode, calls: calls)
  }

  func register(
    _ pipe: borrowing NamedPipe, token: Token = 7, _ interest: Interest = [.readable, .writable],
    mode: TriggerMode = .edge
  ) throws(IOError) {
    try pipe.record.register(with: operations, token: token, interest: interest, mode: mode)
  }

  /// Takes packets as the poller does, including announcements.
  func poll(_ packets: [UInt] = []) -> [Event] {
    for packet in packets + calls.takeAnnouncements() { operations.finish(packet) }
    return report(operations)
  }

  func report(_ operations: PortOperations) -> [Event] {
    let room = UnsafeMutableBufferPointer<Event>.allocate(capacity: 8)
    defer { unsafe room.deallocate() }
    let count = unsafe operations.report(into: room, after: 0)
    return unsafe Array(room[..<count])
  }

  func finish(
    _ call: ScriptedPipeCalls.Call, code: Int = 0, _ bytes: [UInt8] = [], count: Int? = nil
  ) {
    _ = poll([calls.end(call, code: code, bytes, count: count)])
  }
}

extension NamedPipe {
  borrowing func receive(_ room: Int = 64) throws(IOError) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: room)
    var buffer = bytes.mutableSpan
    guard let count = try read(into: &buffer) else { return nil }
    return Array(bytes[..<count])
  }

  borrowing func receiveMessage(_ room: Int = 64) throws(IOError) -> NamedPipeMessage? {
    var bytes = [UInt8](repeating: 0, count: room)
    var buffer = bytes.mutableSpan
    return try readMessage(into: &buffer)
  }

  /// Performs an operation of other code that would block.
  borrowing func block(_ direction: Direction) {
    _ = withIO(direction) { _ -> Int? in nil }
  }

  borrowing func send(_ bytes: [UInt8]) throws(IOError) -> Int? {
    try write(bytes.span)
  }

  borrowing func connectAnew() throws(IOError) -> Bool {
    _ = try? disconnect()
    return try connect()
  }
}
