import CMioPoll
import Loom
import MioPoll

/// The system calls of a ``PollKernel``.
struct ModelPollCalls: PollCalls, @unchecked Sendable {
  let kernel: PollKernel

  init() { kernel = PollKernel() }
  init(_ kernel: PollKernel) { self.kernel = kernel }

  func createNotifier() -> c_mio_poll_notifier {
    Loom.step("eventfd")
    let descriptor = kernel.openNotifier()
    return c_mio_poll_notifier(reading_end: descriptor, writing_end: descriptor)
  }

  func close(_ descriptor: Int32) -> Int32 {
    Loom.step("close")
    return kernel.closeNotifier(descriptor)
  }

  func createWitness() -> Int32 { C_MIO_POLL_NO_WITNESS }

  func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 { identify(descriptor, &identity) }

  func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 { identify(descriptor, &identity) }

  func strike(_ witness: Int32, _ descriptor: Int32) -> Int32 { 0 }

  // The call is made under the queue's lock, as the query of the witness is. No other thread runs
  // between the two.
  private func identify(_ descriptor: Int32, _ identity: inout c_mio_poll_identity) -> Int32 {
    Loom.step("fstat")
    if kernel.refuses("fstat fails") { return -Int32(noMemory) }
    guard let found = kernel.identify(descriptor) else { return -9 }
    identity = found
    return 0
  }

  func notify(_ end: Int32) -> Int32 {
    Loom.step("notify")
    return kernel.notify(end)
  }

  func drain(_ end: Int32) -> Int32 {
    Loom.step("drain")
    kernel.drain(end)
    return 0
  }

  func now() -> UInt64 { kernel.time }

  func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int {
    Loom.step("ppoll")
    kernel.entries.willWrite()
    while !Loom.isAborting {
      for index in entries.indices { entries[index].found = kernel.answer(entries[index]) }
      let count = entries.count { $0.found != 0 }
      Loom.note("of \(entries.map(\.descriptor)) = \(entries.map(\.found))")
      if count > 0 || nanoseconds == 0 { return count }
      let isReady = Loom.wait("ppoll", mayGiveUp: true) {
        entries.contains { kernel.answer($0) != 0 }
      }
      if !isReady {
        kernel.passTime()
        return nanoseconds > 0 ? 0 : -waitsForEver
      }
    }
    return -waitsForEver
  }
}
