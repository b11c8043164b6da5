import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Each error names the operation that failed.
@Suite(.guardingDescriptors)
struct FailedOperationTests {
  private func operation<Result>(_ body: () throws(IOError) -> Result?) -> IOError.Operation? {
    do throws(IOError) {
      _ = try body()
      return nil
    } catch {
      return error.operation
    }
  }

  @Test
  func `an error of a stream names the operation that failed`() throws {
    // The stream is not connected, so every operation fails.
    let stream = try TCPStream(adopting: TCPSocket(.v4).takeDescriptor())
    var first: [UInt8] = [0]
    var second: [UInt8] = [0]
    var room = first.mutableSpan
    var more = second.mutableSpan
    #expect(operation { () throws(IOError) in try stream.read(into: &room) } == .read)
    #expect(operation { () throws(IOError) in try stream.read(into: &room, &more) } == .read)
    #expect(operation { () throws(IOError) in try stream.peek(into: &room) } == .read)
    #expect(operation { () throws(IOError) in try stream.write([1].span) } == .write)
    #expect(operation { () throws(IOError) in try stream.write([1].span, [2].span) } == .write)
    let file = OwnedDescriptor(
      owning: Descriptor(unsafe open("/proc/self/exe", O_RDONLY | O_CLOEXEC)))
    #expect(
      operation { () throws(IOError) in
        try stream.write(contentsOf: file.descriptor, at: 0, count: 1)
      } == .write)
  }

  @Test
  func `an error of a Unix stream with ancillary data names the operation that failed`() throws {
    let stream = try UnixStream(adopting: UnixSocket().takeDescriptor())
    var received = ReceivedAncillaryData()
    let nothing = AncillaryData()
    var first: [UInt8] = [0]
    var second: [UInt8] = [0]
    var room = first.mutableSpan
    var more = second.mutableSpan
    #expect(
      operation { () throws(IOError) in try stream.read(into: &room, ancillary: &received) }
        == .read)
    #expect(
      operation { () throws(IOError) in
        try stream.read(into: &room, &more, ancillary: &received)
      } == .read)
    #expect(
      operation { () throws(IOError) in try stream.write([1].span, ancillary: nothing) } == .write)
    #expect(
      operation { () throws(IOError) in
        try stream.write([1].span, [2].span, ancillary: nothing)
      } == .write)
    #expect(operation { () throws(IOError) in try stream.read(into: &room, &more) } == .read)
    #expect(operation { () throws(IOError) in try stream.write([1].span, [2].span) } == .write)
  }

  @Test
  func `an error of sending a message names the operation that failed`() throws {
    let socket = try UDPSocket(.v4)
    let nothing = AncillaryData()
    #expect(operation { () throws(IOError) in try socket.send([1].span) } == .send)
    #expect(operation { () throws(IOError) in try socket.send([1].span, [2].span) } == .send)
    #expect(
      operation { () throws(IOError) in try socket.send([1].span, ancillary: nothing) } == .send)
    #expect(
      operation { () throws(IOError) in
        try socket.send([1].span, ancillary: nothing, flags: 0)
      } == .send)
  }

  /// A program may have closed its standard input.
  @Test
  func `a received descriptor can have the number 0`() async {
    await #expect(processExitsWith: .success) {
      let pair = try UnixStream.pair()
      var ancillary = AncillaryData()
      try ancillary.append(pair.first.descriptor)
      #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
      close(0)
      var received = ReceivedAncillaryData()
      var bytes: ContiguousArray<UInt8> = [0]
      var space = bytes.mutableSpan
      #expect(try pair.second.read(into: &space, ancillary: &received) == 1)
      #expect(!received.values.isTruncated)
      let descriptor = received.takeDescriptor()?.take()
      #expect(descriptor == Descriptor(0))
    }
  }

  /// A program may have closed its standard input.
  @Test
  func `descriptor 0 is owned and closed like any other descriptor`() async {
    await #expect(processExitsWith: .success) {
      close(0)
      do {
        let socket = try UDPSocket(.v4)
        #expect(socket.descriptor == Descriptor(0))
      }
      #expect(fcntl(0, F_GETFD) == -1)
      do {
        let reserve = try DescriptorReserve()
        #expect(fcntl(0, F_GETFD) >= 0)
        _ = consume reserve
      }
      #expect(fcntl(0, F_GETFD) == -1)
      do {
        let pipe = try AnonymousPipe()
        let owned = try pipe.receiver.duplicateDescriptor()
        #expect(pipe.receiver.descriptor == Descriptor(0) && fcntl(0, F_GETFD) >= 0)
        _ = consume owned
      }
      #expect(fcntl(0, F_GETFD) == -1)
      let owned = OwnedDescriptor(
        owning: Descriptor(unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)))
      #expect(owned.descriptor == Descriptor(0))
      _ = consume owned
      #expect(fcntl(0, F_GETFD) == -1)
    }
  }

  @Test
  func `the hashes of most different Unix and generic addresses differ`() throws {
    let names = (0..<64).map { "name \($0)" }
    let unix = try names.map { try UnixAddress(abstract: $0) }
    #expect(Set(unix.map(\.hashValue)).count > 32)
    #expect(Set(try unix.map { try GenericAddress($0).hashValue }).count > 32)
  }
}
