import CLibrary
import CMioPoll
import MioPoll
import TestHelpers
import Testing

/// The calls of the real kernel.
@Suite(.guardingDescriptors)
struct PollCallsTests {
  let calls = SystemPollCalls()

  /// Waits for one descriptor, and returns the result and the conditions that were found.
  private func wait(for descriptor: Int32, nanoseconds: Int64) -> (result: Int, found: UInt16) {
    var entries = [c_mio_poll_entry(descriptor: descriptor, asked: C_MIO_POLL_READABLE, found: 0)]
    let result = unsafe entries.withUnsafeMutableBufferPointer {
      unsafe calls.wait($0, nanoseconds: nanoseconds)
    }
    return (result, entries[0].found)
  }

  @Test
  func `a wait that finds no ready descriptor lasts until its timeout`() {
    let start = calls.now()
    #expect(wait(for: -1, nanoseconds: 20_000_000).result == 0)
    #expect(calls.now() >= start + 20_000_000)
  }

  @Test(arguments: [0, 999_999_999, 1_000_000_000, 1_500_000_000, 10_000_000_000_000, -1])
  func `a wait for a ready descriptor returns at once, whatever its timeout`(
    _ nanoseconds: Int64
  ) throws {
    let ends = try openPipe()
    defer { for end in ends { close(end) } }
    #expect(calls.notify(ends[1]) >= 0)
    #expect(wait(for: ends[0], nanoseconds: nanoseconds) == (1, C_MIO_POLL_READABLE))
  }

  @Test
  func `a notifier is ready from a signal until it is drained`() {
    let notifier = calls.createNotifier()
    defer { for end in Set([notifier.reading_end, notifier.writing_end]) { close(end) } }
    #expect(wait(for: notifier.reading_end, nanoseconds: 0) == (0, 0))
    for _ in 0..<2 {
      #expect(calls.notify(notifier.writing_end) >= 0)
      #expect(calls.notify(notifier.writing_end) >= 0)
      #expect(wait(for: notifier.reading_end, nanoseconds: 0) == (1, C_MIO_POLL_READABLE))
      #expect(calls.drain(notifier.reading_end) >= 0)
      #expect(wait(for: notifier.reading_end, nanoseconds: 0) == (0, 0))
      #expect(calls.drain(notifier.reading_end) >= 0)
    }
  }

  @Test
  func `signaling a full notifier succeeds`() {
    let notifier = calls.createNotifier()
    defer { for end in Set([notifier.reading_end, notifier.writing_end]) { close(end) } }
    // An eventfd is full at its largest number, and a pipe when it takes no more bytes.
    var most = UInt64.max - 1
    while unsafe write(notifier.writing_end, &most, 8) == 8 {}
    #expect(calls.notify(notifier.writing_end) >= 0)
    #expect(wait(for: notifier.reading_end, nanoseconds: 0) == (1, C_MIO_POLL_READABLE))
    #expect(calls.drain(notifier.reading_end) >= 0)
    #expect(wait(for: notifier.reading_end, nanoseconds: 0) == (0, 0))
  }

  @Test
  func `draining removes many bytes from a pipe`() throws {
    let ends = try openPipe()
    defer { for end in ends { close(end) } }
    let bytes = [UInt8](repeating: 1, count: 1500)
    #expect(unsafe write(ends[1], bytes, bytes.count) == bytes.count)
    #expect(calls.drain(ends[0]) >= 0)
    #expect(wait(for: ends[0], nanoseconds: 0) == (0, 0))
  }

  @Test
  func `signaling or draining a notifier that other code has closed fails`() throws {
    let ends = try openPipe()
    for end in ends { close(end) }
    #expect(calls.notify(ends[1]) == -EBADF)
    #expect(calls.drain(ends[0]) == -EBADF)
  }

  @Test
  func `without epoll, the identity of a file is its device and its file number`() throws {
    let ends = try openPipe()
    var status = stat()
    #expect(unsafe fstat(ends[0], &status) == 0)
    var identity = c_mio_poll_identity(device: 0, file: 0, is_new: 1)
    for identify in [calls.enlist, calls.recognize] {
      #expect(identify(C_MIO_POLL_NO_WITNESS, ends[0], &identity) == 0)
      #expect(identity.device == UInt64(truncatingIfNeeded: status.st_dev))
      #expect(identity.file == UInt64(truncatingIfNeeded: status.st_ino))
      #expect(identity.is_new == 0)
    }
    #expect(calls.strike(C_MIO_POLL_NO_WITNESS, ends[0]) == 0)
    for end in ends { close(end) }
    #expect(calls.enlist(C_MIO_POLL_NO_WITNESS, ends[0], &identity) == -EBADF)
    #expect(calls.recognize(C_MIO_POLL_NO_WITNESS, ends[0], &identity) == -EBADF)
  }
}
