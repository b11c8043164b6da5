import CMioEpoll
import Loom
import MioEpoll

/// The system calls of an ``EpollKernel``.
struct ModelEpollCalls: EpollCalls, @unchecked Sendable {
  let kernel: EpollKernel

  init() { kernel = EpollKernel() }
  init(_ kernel: EpollKernel) { self.kernel = kernel }

  func createQueue() -> Int32 {
    Loom.step("epoll_create1")
    return noted(kernel.open(EpollFile(.queue)))
  }

  func createCounter() -> Int32 {
    Loom.step("eventfd")
    return noted(kernel.open(EpollFile(.counter)))
  }

  func duplicate(_ descriptor: Int32) -> Int32 {
    Loom.step("F_DUPFD_CLOEXEC")
    return noted(kernel.duplicate(descriptor))
  }

  func close(_ descriptor: Int32) -> Int32 {
    Loom.step("close")
    return noted(kernel.close(descriptor))
  }

  func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, events: UInt32, data: UInt64
  ) -> Int32 {
    Loom.step(operation == C_MIO_EPOLL_CTL_ADD ? "EPOLL_CTL_ADD" : "EPOLL_CTL_MOD")
    return noted(kernel.control(queue, operation, descriptor, events, data))
  }

  func remove(_ queue: Int32, _ descriptor: Int32) -> Int32 {
    Loom.step("EPOLL_CTL_DEL")
    return noted(kernel.control(queue, 2, descriptor, 0, 0))
  }

  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    milliseconds: Int32
  ) -> Int {
    Loom.step("epoll_wait")
    guard let file = kernel[queue], file.kind == .queue else { return -9 }
    while !Loom.isAborting {
      let count = file.take(records, capacity: Int(capacity))
      Loom.note("timeout \(milliseconds) = \(count)")
      if count > 0 || milliseconds == 0 { return count }
      if !Loom.wait("epoll_wait", mayGiveUp: true, until: { file.hasReady }) {
        kernel.passTime()
        return milliseconds > 0 ? 0 : -waitsForEver
      }
    }
    return -waitsForEver
  }

  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    nanoseconds: Int64
  ) -> Int {
    wait(queue, records, capacity: capacity, milliseconds: 1)
  }

  func addToCounter(_ descriptor: Int32) -> Int32 {
    Loom.step("write to eventfd")
    return noted(kernel.add(to: descriptor))
  }

  func resetCounter(_ descriptor: Int32) -> Int32 {
    Loom.step("read of eventfd")
    kernel[descriptor]?.count = 0
    return 8
  }

  func now() -> UInt64 { kernel.time }

  private func noted(_ result: Int32) -> Int32 {
    Loom.note("= \(result)")
    return result
  }
}
