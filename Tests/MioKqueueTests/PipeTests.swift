import CLibrary
import CMioSystemCalls
import TestHelpers
import Testing

/// The pipe of the wakers, for systems without `EVFILT_USER`.
@Suite(.guardingDescriptors)
struct PipeTests {
  @Test
  func `both ends are close-on-exec and non-blocking`() {
    var ends: [Int32] = [-1, -1]
    #expect(unsafe c_mio_descriptor_create_pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    for end in ends {
      #expect(fcntl(end, F_GETFD) & FD_CLOEXEC != 0)
      #expect(fcntl(end, F_GETFL) & O_NONBLOCK != 0)
    }
  }

  @Test
  func `writing to a full pipe would block, and succeeds after the pipe was drained`() {
    var ends: [Int32] = [-1, -1]
    #expect(unsafe c_mio_descriptor_create_pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    // A blocking end must fail the test here, so that it does not hang below.
    guard fcntl(ends[1], F_GETFL) & O_NONBLOCK != 0, fcntl(ends[0], F_GETFL) & O_NONBLOCK != 0
    else {
      return
    }
    var result: Int32 = 1
    while result == 1 { result = c_mio_descriptor_write_byte(ends[1]) }
    #expect(result == -EAGAIN)
    #expect(c_mio_descriptor_drain(ends[0]) == 0)
    #expect(c_mio_descriptor_write_byte(ends[1]) == 1)
  }
}
