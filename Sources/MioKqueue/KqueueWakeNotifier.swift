import CMioErrors
import CMioKqueue
import MioCore
import Synchronization

/// The notifier with its kernel object: a user event, or a pipe where there are none.
///
/// Both are edge-triggered in the queue, and the pipe is not read: each signal is an edge. The records
/// are taken out in the wait. The notifier shares the queue, so wakers keep it open.
final class KqueueWakeNotifier<Calls: KqueueCalls>: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: atomics, and the queue, which answers for itself.

  private let queue: KqueueQueue<Calls>
  private let isOpen = Atomic(false)

  /// The pipe's ends, -1 as long as there is none.
  private let readingEnd = Atomic<Int32>(-1)
  private let writingEnd = Atomic<Int32>(-1)

  init(_ queue: KqueueQueue<Calls>) {
    self.queue = queue
    super.init()
  }

  deinit {
    for end in [readingEnd.load(ordering: .acquiring), writingEnd.load(ordering: .acquiring)]
    where end >= 0 {
      _ = queue.calls.close(end)
    }
  }

  private var hasUserEvents: Bool { queue.calls.features.contains(.userEvents) }

  /// What tells the notifier's user event from others.
  var ident: UInt { UInt(bitPattern: ObjectIdentifier(self)) }

  /// Makes the kernel object and registers it, unless that is done.
  ///
  /// Once and no more: adding a user event again takes back its signal, on some systems.
  func open() throws(IOError) {
    if isOpen.load(ordering: .acquiring) { return }
    try queue.withLock { _ throws(IOError) in try openUnderLock() }
  }

  /// The same, for who holds the queue's lock.
  func openUnderLock() throws(IOError) {
    if isOpen.load(ordering: .relaxed) { return }
    if hasUserEvents { try openUserEvent() } else { try openPipe() }
    isOpen.store(true, ordering: .releasing)
  }

  private func openUserEvent() throws(IOError) {
    let flags = C_MIO_EV_ADD | C_MIO_EV_CLEAR
    try queue.send(
      c_mio_kqueue_make(ident, C_MIO_EVFILT_USER, flags, 0, 0, 0), .createWaker)
  }

  private func openPipe() throws(IOError) {
    var ends: (Int32, Int32) = (-1, -1)
    try IOError.check(queue.calls.createPipe(&ends), .createWaker)
    do throws(IOError) {
      let flags = C_MIO_EV_ADD | C_MIO_EV_CLEAR
      try queue.send(
        c_mio_kqueue_make(UInt(bitPattern: Int(ends.0)), C_MIO_EVFILT_READ, flags, 0, 0, 0),
        .createWaker)
    } catch {
      _ = queue.calls.close(ends.0)
      _ = queue.calls.close(ends.1)
      throw error
    }
    readingEnd.store(ends.0, ordering: .releasing)
    writingEnd.store(ends.1, ordering: .releasing)
  }

  /// Whether a record is the notifier's, and not a source's.
  func isMade(by record: c_mio_kqueue_record) -> Bool {
    switch record.filterNumber {
    case C_MIO_EVFILT_USER: record.ident == ident
    // The system has ordered the pipe's signal before the wait that returned it, and so its making.
    case C_MIO_EVFILT_READ:
      record.ident == UInt(bitPattern: Int(readingEnd.load(ordering: .relaxed)))
    default: false
    }
  }

  override func signal() throws(IOError) {
    if hasUserEvents {
      // Never with EV_CLEAR: some systems would clear this very signal.
      try queue.send(
        c_mio_kqueue_make(ident, C_MIO_EVFILT_USER, 0, C_MIO_NOTE_TRIGGER, 0, 0), .wake)
    } else {
      try signalByPipe()
    }
  }

  private func signalByPipe() throws(IOError) {
    while true {
      let result = queue.calls.writeToPipe(writingEnd.load(ordering: .acquiring))
      switch -Int(result) {
      case C_MIO_EAGAIN: _ = queue.calls.drainPipe(readingEnd.load(ordering: .acquiring))
      case C_MIO_EINTR: continue
      default:
        try IOError.check(result, .wake)
        return
      }
    }
  }
}
