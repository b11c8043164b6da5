import CMioErrors
import CMioKqueue
import Loom
import MioKqueue

/// The system calls of a ``KqueueKernel``.
struct ModelKqueueCalls: KqueueCalls, @unchecked Sendable {
  let kernel: KqueueKernel

  init() { kernel = KqueueKernel() }
  init(_ kernel: KqueueKernel) { self.kernel = kernel }

  var features: KqueueFeatures { kernel.features }

  func createQueue() -> Int32 {
    Loom.step("kqueue")
    return kernel.openQueue()
  }

  func change(_ queue: Int32, _ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    Loom.step("kevent changes")
    guard let queue = kernel.queue(queue) else { return -Int(C_MIO_EBADF) }
    for position in changes.indices {
      let change = changes[position]
      changes[position] = c_mio_kqueue_make(
        change.ident, c_mio_kqueue_filter_of(change), C_MIO_EV_ERROR, change.fflags,
        Int64(queue.apply(change)), change.udata)
    }
    Loom.note("\(changes.map { c_mio_kqueue_data_of($0) })")
    return changes.count
  }

  func submit(_ queue: Int32, _ change: c_mio_kqueue_record) -> Int32 {
    Loom.step("kevent change")
    return -(kernel.queue(queue)?.apply(change) ?? Int32(C_MIO_EBADF))
  }

  func wait(
    _ queue: Int32, _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>, nanoseconds: Int64
  ) -> Int {
    Loom.step("kevent wait")
    guard let queue = kernel.queue(queue) else { return -Int(C_MIO_EBADF) }
    while !Loom.isAborting {
      let count = queue.harvest(into: records)
      Loom.note("timeout \(nanoseconds) = \(count)")
      if count > 0 || nanoseconds == 0 { return count }
      if !Loom.wait("kevent wait", mayGiveUp: true, until: { queue.hasActive }) {
        kernel.passTime()
        return nanoseconds > 0 ? 0 : -waitsForEver
      }
    }
    return -waitsForEver
  }

  func createPipe(_ ends: inout (Int32, Int32)) -> Int32 {
    Loom.step("pipe")
    ends = kernel.openPipe()
    return 0
  }

  func writeToPipe(_ end: Int32) -> Int32 {
    Loom.step("write to pipe")
    if kernel.refuses("write to pipe fails") { return -Int32(noMemory) }
    kernel.writeToPipe(end)
    return 1
  }

  func drainPipe(_ end: Int32) -> Int32 {
    Loom.step("read of pipe")
    kernel.drainPipe(end)
    return 0
  }

  func close(_ descriptor: Int32) -> Int32 {
    Loom.step("close")
    return kernel.close(descriptor)
  }

  func process() -> Int64 { 1 }

  func now() -> UInt64 { kernel.time }
}
