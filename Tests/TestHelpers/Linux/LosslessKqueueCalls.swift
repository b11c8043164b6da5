#if MIO_KQUEUE_CALLS

import CMioKqueue
import CMioPoll
import MioKqueue

/// libkqueue, with the memory of a kernel for what finds no room.
///
/// libkqueue drops the records for which the caller has no room, and with them edges and one-shots. Here it
/// always has room enough. What the caller has no room for waits, in the order in which it came, and is
/// reported when its condition holds. One thread polls and registers.
@safe
struct LosslessKqueueCalls: KqueueCalls {
  private let system = SystemKqueueCalls()
  private let waiting = Locked(WaitingRecords())

  init() {}

  /// Who uses it deregisters before closing, so what a deletion finds is never a closed file's.
  var features: KqueueFeatures { system.features.union(.forgetsClosed) }

  /// Waits for the descriptors of queues that are gone, which libkqueue closes in a thread.
  func createQueue() -> Int32 {
    Libkqueue.settle()
    return system.createQueue()
  }

  @unsafe
  func change(
    _ queue: Int32, _ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>
  ) -> Int {
    let removed = waiting.withLock { waiting in
      unsafe changes.map { change in
        change.has(C_MIO_EV_DELETE) && waiting.remove(like: change)
      }
    }
    let result = unsafe system.change(queue, changes)
    // libkqueue has deleted a one-shot already that is not reported yet.
    for position in removed.indices where removed[position] {
      unsafe changes[position].becomeSuccess()
    }
    return result
  }

  func submit(_ queue: Int32, _ change: c_mio_kqueue_record) -> Int32 {
    system.submit(queue, change)
  }

  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>,
    nanoseconds: Int64
  ) -> Int {
    let canReport = waiting.withLock { $0.canReport }
    return unsafe withUnsafeTemporaryAllocation(
      of: c_mio_kqueue_record.self, capacity: 512
    ) { room in
      let result = unsafe system.wait(queue, room, nanoseconds: canReport ? 0 : nanoseconds)
      if result < 0 { return result }
      let reported = unsafe Array(room[..<result])
      return waiting.withLock { waiting in
        waiting.add(reported)
        return unsafe waiting.move(to: records, reported: reported)
      }
    }
  }

  func createPipe(_ ends: inout (Int32, Int32)) -> Int32 { system.createPipe(&ends) }
  func writeToPipe(_ end: Int32) -> Int32 { system.writeToPipe(end) }
  func drainPipe(_ end: Int32) -> Int32 { system.drainPipe(end) }
  func close(_ descriptor: Int32) -> Int32 { system.close(descriptor) }
  func process() -> Int64 { system.process() }
  func now() -> UInt64 { system.now() }
}

/// Records for which there was no room, those first that wait longest.
private struct WaitingRecords {
  private var records: [c_mio_kqueue_record] = []

  var canReport: Bool { records.contains { $0.current != nil } }

  /// Takes what libkqueue reports now: of each knote the last record.
  ///
  /// libkqueue reports a level each time, so one that it does not report is over.
  mutating func add(_ reported: [c_mio_kqueue_record]) {
    records.removeAll { old in
      old.isLevel && !reported.contains { $0.isOfKnote(of: old) }
    }
    for record in reported {
      if let position = records.firstIndex(where: { $0.isOfKnote(of: record) }) {
        records[position] = record
      } else {
        records.append(record)
      }
    }
  }

  /// Moves as many as there is room for, of those that were reported now and those that hold: how many.
  mutating func move(
    to room: UnsafeMutableBufferPointer<c_mio_kqueue_record>, reported: [c_mio_kqueue_record]
  ) -> Int {
    var count = 0
    records.removeAll { record in
      let isNew = reported.contains { $0.isOfKnote(of: record) }
      guard count < room.count, let current = isNew ? record : record.current else {
        return false
      }
      unsafe room[count] = current
      count += 1
      return true
    }
    return count
  }

  /// Removes the record of a knote, if it has one.
  mutating func remove(like change: c_mio_kqueue_record) -> Bool {
    guard let position = records.firstIndex(where: { $0.isOfKnote(of: change) }) else {
      return false
    }
    records.remove(at: position)
    return true
  }
}

extension c_mio_kqueue_record {
  fileprivate func has(_ flag: UInt32) -> Bool { c_mio_kqueue_flags_of(self) & flag != 0 }

  fileprivate var isLevel: Bool { !has(C_MIO_EV_CLEAR) && !has(C_MIO_EV_ONESHOT) }

  fileprivate func isOfKnote(of other: c_mio_kqueue_record) -> Bool {
    ident == other.ident && filter == other.filter
  }

  /// What it would say now, if its condition holds: both may have changed while it waited.
  fileprivate var current: c_mio_kqueue_record? {
    let (ready, end): (UInt16, UInt16)
    switch c_mio_kqueue_filter_of(self) {
    case C_MIO_EVFILT_READ: (ready, end) = (C_MIO_POLL_READABLE, C_MIO_POLL_READ_CLOSED)
    case C_MIO_EVFILT_WRITE: (ready, end) = (C_MIO_POLL_WRITABLE, 0)
    default: return self
    }
    let descriptor = Int32(truncatingIfNeeded: ident)
    var entry = c_mio_poll_entry(descriptor: descriptor, asked: ready | end, found: 0)
    unsafe c_mio_poll(&entry, 1, 0)
    if entry.found == 0 { return nil }
    let hasError = entry.found & C_MIO_POLL_ERROR != 0
    let isAtEnd = hasError || entry.found & (end | C_MIO_POLL_HANG_UP) != 0
    let flags = c_mio_kqueue_flags_of(self) & ~C_MIO_EV_EOF | (isAtEnd ? C_MIO_EV_EOF : 0)
    return c_mio_kqueue_make(
      ident, c_mio_kqueue_filter_of(self), flags, hasError ? fflags : 0, 0, udata)
  }

  /// A receipt for a change that was made.
  fileprivate mutating func becomeSuccess() {
    self = c_mio_kqueue_make(
      ident, c_mio_kqueue_filter_of(self), c_mio_kqueue_flags_of(self) | C_MIO_EV_ERROR, fflags, 0,
      udata)
  }
}

#endif
