#if MIO_KQUEUE_CALLS

import CMioKqueue
import CMioPoll
import MioKqueue

/// libkqueue with a kernel's memory for records that exceed the capacity.
///
/// libkqueue drops the records that exceed the caller's capacity, and with them edges and one-shot
/// events. This type always gives libkqueue enough capacity. The records that exceed the caller's
/// capacity wait in the order of their arrival. They are reported if their condition holds. One
/// thread polls and registers.
@safe
struct LosslessKqueueCalls: KqueueCalls {
  private let system = SystemKqueueCalls()
  private let waiting = Locked(WaitingRecords())

  init() {}

  /// The users of this type deregister before they close, so a deletion never finds the record of a
  /// closed file.
  var features: KqueueFeatures { system.features.union(.forgetsClosed) }

  /// Waits for the descriptors of closed queues, which a thread of libkqueue closes.
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
    // libkqueue has already deleted a one-shot registration whose event is not reported yet.
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

/// The records that exceeded the capacity.
///
/// The record that has waited longest is the first.
private struct WaitingRecords {
  private var records: [c_mio_kqueue_record] = []

  var canReport: Bool { records.contains { $0.current != nil } }

  /// Takes the records that libkqueue reports now, and keeps the last record of each knote.
  ///
  /// libkqueue reports a level at each poll, so a level that it does not report no longer holds.
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

  /// Moves records that were reported now, and waiting records whose condition holds, up to the
  /// capacity.
  ///
  /// - Returns: The number of moved records.
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

  fileprivate var isLevel: Bool { !has(C_MIO_EV_CLEAR) && !has(C_MIO_EV_DISPATCH) }

  fileprivate func isOfKnote(of other: c_mio_kqueue_record) -> Bool {
    ident == other.ident && filter == other.filter
  }

  /// The record as libkqueue would report it now, or `nil` if its condition no longer holds.
  ///
  /// Both may have changed while the record waited.
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

  /// Turns the change into the receipt of a successful change.
  fileprivate mutating func becomeSuccess() {
    self = c_mio_kqueue_make(
      ident, c_mio_kqueue_filter_of(self), c_mio_kqueue_flags_of(self) | C_MIO_EV_ERROR, fflags, 0,
      udata)
  }
}

#endif
