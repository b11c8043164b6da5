import Glibc
import MioPoll
import TestHelpers
import Testing

/// A notifier whose calls are interrupted by a signal, as on systems where another thread can block
/// a pipe.
@Suite(.guardingDescriptors)
struct InterruptedNotifierTests {
  let calls = SystemPollCalls()

  private func setBlocking(_ descriptor: Int32) {
    #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) == 0)
  }

  @Test
  func `draining a notifier is repeated after a signal interrupts it`() throws {
    let ends = try openPipe()
    defer { for end in ends { close(end) } }
    setBlocking(ends[0])
    let calls = calls
    let result = try interrupt {
      Int(calls.drain(ends[0]))
    } thenDo: {
      #expect(unsafe write(ends[1], "a", 1) == 1)
    }
    #expect(result == 1)
  }

  @Test
  func `signaling a notifier is repeated after a signal interrupts it`() throws {
    let ends = try openPipe()
    defer { for end in ends { close(end) } }
    var bytes = [UInt8](repeating: 1, count: 1 << 16)
    while unsafe write(ends[1], bytes, bytes.count) > 0 {}
    setBlocking(ends[1])
    let calls = calls
    let result = try interrupt {
      Int(calls.notify(ends[1]))
    } thenDo: {
      #expect(unsafe read(ends[0], &bytes, bytes.count) > 0)
    }
    #expect(result > 0)
  }
}
