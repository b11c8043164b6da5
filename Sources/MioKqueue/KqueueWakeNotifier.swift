import CMioErrors
import CMioKqueue
import MioCore
import Synchronization

/// The number of no descriptor.
private let noDescriptor: Int32 = -1

/// The notifier with its kernel object: a user event, or a pipe on systems without user events.
///
/// Both are edge-triggered in the queue. A wait does not read the pipe: each signal is an edge. The
/// wait removes the records of the notifier. The notifier retains the queue, so wakers keep the
/// queue open.
final class KqueueWakeNotifier<Calls: KqueueCalls>: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is atomic, or used under the lock of the queue.

  private let queue: KqueueQueue<Calls>
  /// Whether the kernel object exists; under the lock of the queue.
  private var isOpen = false

  /// The ends of the pipe, if it exists.
  ///
  /// Who signals has called `open()` or `openUnderLock()` before, so the lock of the queue makes the
  /// ends visible.
  private let readingEnd = Atomic(noDescriptor)
  private let writingEnd = Atomic(noDescriptor)

  init(_ queue: KqueueQueue<Calls>) {
    self.queue = queue
    super.init()
  }

  deinit {
    for end in [readingEnd.load(ordering: .relaxed), writingEnd.load(ordering: .relaxed)]
    where end >= 0 {
      _ = queue.calls.close(end)
    }
  }

  private var hasUserEvents: Bool { queue.calls.features.contains(.userEvents) }

  /// The identifier that distinguishes the user event of the notifier from others.
  var ident: UInt { UInt(bitPattern: ObjectIdentifier(self)) }

  /// Creates the kernel object and registers it, unless this has been done.
  ///
  /// The object is added only once, because on some systems adding a user event again cancels its
  /// signal.
  func open() throws(IOError) {
    try queue.withLock { _ throws(IOError) in try openUnderLock() }
  }

  /// Does the same as `open()` for a caller that holds the lock of the queue.
  func openUnderLock() throws(IOError) {
    if isOpen { return }
    if hasUserEvents { try openUserEvent() } else { try openPipe() }
    isOpen = true
  }

  private func openUserEvent() throws(IOError) {
    try queue.send(
      c_mio_kqueue_record(ident, C_MIO_EVFILT_USER, flags: C_MIO_EV_ADD | C_MIO_EV_CLEAR),
      .createWaker)
  }

  private func openPipe() throws(IOError) {
    var ends: (Int32, Int32) = (noDescriptor, noDescriptor)
    try IOError.check(queue.calls.createPipe(&ends), .createWaker)
    do throws(IOError) {
      try queue.send(
        c_mio_kqueue_record(
          UInt(bitPattern: Int(ends.0)), C_MIO_EVFILT_READ, flags: C_MIO_EV_ADD | C_MIO_EV_CLEAR),
        .createWaker)
    } catch {
      _ = queue.calls.close(ends.0)
      _ = queue.calls.close(ends.1)
      throw error
    }
    readingEnd.store(ends.0, ordering: .relaxed)
    writingEnd.store(ends.1, ordering: .relaxed)
  }

  /// Returns whether a record belongs to the notifier and not to a source.
  func isMade(by record: c_mio_kqueue_record) -> Bool {
    switch record.filterNumber {
    case C_MIO_EVFILT_USER: record.ident == ident
    // A wait returned the pipe's signal, and the kernel ordered that signal before the wait. The
    // signal itself comes after the creation of the pipe, so a relaxed load sees the reading end.
    case C_MIO_EVFILT_READ:
      record.ident == UInt(bitPattern: Int(readingEnd.load(ordering: .relaxed)))
    default: false
    }
  }

  override func signal() throws(IOError) {
    if hasUserEvents {
      // The change must not have EV_CLEAR: some systems would clear this signal.
      try queue.send(
        c_mio_kqueue_record(ident, C_MIO_EVFILT_USER, notes: C_MIO_NOTE_TRIGGER), .wake)
    } else {
      try signalByPipe()
    }
  }

  private func signalByPipe() throws(IOError) {
    while true {
      let result = queue.calls.writeToPipe(writingEnd.load(ordering: .relaxed))
      if -Int(result) == C_MIO_EAGAIN {
        _ = queue.calls.drainPipe(readingEnd.load(ordering: .relaxed))
      } else if -Int(result) != C_MIO_EINTR {
        try IOError.check(result, .wake)
        return
      }
    }
  }
}
