import CMioKqueue
import CLibrary
import MioCore
import MioKqueue
import TestHelpers

/// A kqueue as the manuals of FreeBSD and Darwin describe it, without real files.
///
/// Tests determine the events of the descriptors and the failures of the calls.
///
/// It has the properties that libkqueue cannot show: records have the order in which they became
/// active, records that do not fit into the buffer stay, `EV_CLEAR` in a change of a user event
/// resets the pending state, and closing a descriptor ends its registrations.
struct ScriptedKernel: KqueueCalls {
  /// A system call of the backend.
  enum Name: Hashable {
    case createQueue, change, submit, wait, createPipe, write, drain, close
  }

  /// The filter and the identifier of a registration.
  struct Key: Hashable {
    let filter: Int32
    let ident: UInt
  }

  /// A registration, which the manuals call a knote.
  struct Knote {
    var flags: UInt32
    var notes: UInt32
    var udata: UInt
    /// Whether the knote reports nothing.
    var isDisabled = false
    /// The record to report while the knote is active.
    var pending: (flags: UInt32, notes: UInt32, data: Int64)?
  }

  struct State {
    var features: KqueueFeatures = [.userEvents, .exceptions, .aio, .lio, .forgetsClosed]
    var knotes: [Key: Knote] = [:]
    /// The active knotes, with the longest active one first.
    var active: [Key] = []
    /// The lasting conditions of descriptors; a new registration for one is active at once.
    var conditions: [Key: (flags: UInt32, notes: UInt32, data: Int64)] = [:]
    /// The lists and the single changes that the backend sent.
    var lists: [[c_mio_kqueue_record]] = []
    /// The processes that do not exist any more.
    var ended: Set<UInt> = []
    /// The writers of pipes without a reader, and the codes that refuse to watch them.
    var withoutReader: [UInt: Int32] = [:]
    /// The codes for the changes of the next lists, by position; 0 lets a change succeed.
    var refusals: [[Int32]] = []
    var failures: [Name: [Int32]] = [:]
    var counts: [Name: Int] = [:]
    var open: Set<Int32> = []
    var nextDescriptor: Int32 = 1000
    var bytesInPipe = 0
    var waits: [Int64] = []
    var clock: UInt64 = 1
    var process: Int64 = 1
    /// Whether lists of changes are answered with receipts.
    var writesReceipts = true
  }

  let state = Locked(State())
  private let meanwhile = Locked<(@Sendable () throws -> Void)?>(nil)

  init() {}

  // MARK: Calls of the tests

  /// Makes the next calls fail with these codes, one after the other; 0 lets a call succeed.
  func fail(_ name: Name, with codes: Int32...) {
    state.withLock { $0.failures[name, default: []] += codes }
  }

  /// Makes changes of the next list fail, by position.
  func refuse(_ codes: Int32...) {
    state.withLock { $0.refusals.append(codes) }
  }

  /// Creates a condition: its registrations become active, and new ones are active at once.
  func happen(
    _ filter: Int32, _ ident: UInt, flags: UInt32 = 0, notes: UInt32 = 0, data: Int64 = 1
  ) {
    state.withLock { state in
      let key = Key(filter: filter, ident: ident)
      state.conditions[key] = (flags, notes, data)
      state.activate(key, (flags, notes, data))
    }
  }

  /// Ends a process: only registrations that exist report it.
  func endProcess(_ process: UInt, status: Int64) {
    state.withLock { state in
      state.ended.insert(process)
      let notes = C_MIO_NOTE_EXIT | C_MIO_NOTE_EXITSTATUS
      state.activate(Key(filter: C_MIO_EVFILT_PROC, ident: process), (0, notes, status))
    }
  }

  /// Ends the condition of a descriptor, so that active knotes for it have nothing to report.
  func end(_ filter: Int32, _ ident: UInt) {
    state.withLock { state in
      let key = Key(filter: filter, ident: ident)
      state.conditions[key] = nil
      state.deactivate(key)
    }
  }

  /// Closes the reader of a pipe, and refuses new registrations of its writer with this code.
  func closeReader(of writer: UInt, saying code: Int32) {
    state.withLock { $0.withoutReader[writer] = code }
  }

  /// Runs a closure, as another thread would, when the next wait has taken records from the queue.
  func onceTaken(_ meanwhile: @escaping @Sendable () throws -> Void) {
    self.meanwhile.withLock { $0 = meanwhile }
  }

  /// Completes a request of asynchronous I/O that named the queue and this token.
  func complete(_ filter: Int32, token: Token) {
    state.withLock { state in
      let key = Key(filter: filter, ident: 0x1000)
      state.knotes[key] = Knote(flags: C_MIO_EV_ONESHOT, notes: 0, udata: token.rawValue)
      state.activate(key, (0, 0, 0))
    }
  }

  /// Closes a descriptor, which ends all its registrations.
  func closeNumber(_ ident: UInt) {
    state.withLock { state in
      let keys = state.knotes.keys.filter { $0.ident == ident }
      for key in keys { state.remove(key) }
      state.conditions = state.conditions.filter { $0.key.ident != ident }
      state.withoutReader[ident] = nil
    }
  }

  /// Returns the lists that were sent since the last call, as text.
  func takeLists() -> [[String]] {
    state.withLock { state in
      defer { state.lists = [] }
      return state.lists.map { $0.map(\.text) }
    }
  }

  func count(_ name: Name) -> Int {
    state.withLock { $0.counts[name, default: 0] }
  }

  var openDescriptors: Set<Int32> { state.withLock { $0.open } }

  // MARK: Calls of the backend

  var features: KqueueFeatures { state.withLock { $0.features } }

  private func call(_ name: Name, _ body: (inout State) -> Int) -> Int {
    state.withLock { state in
      state.counts[name, default: 0] += 1
      if let code = state.failures[name]?.first {
        state.failures[name]?.removeFirst()
        if code != 0 { return -Int(code) }
      }
      return body(&state)
    }
  }

  func createQueue() -> Int32 {
    Int32(call(.createQueue) { Int($0.makeDescriptor()) })
  }

  @unsafe
  func change(_ queue: Int32, _ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    call(.change) { state in
      unsafe state.lists.append(Array(changes))
      let refusals = state.refusals.isEmpty ? [] : state.refusals.removeFirst()
      for position in changes.indices {
        let change = unsafe changes[position]
        let refusal = position < refusals.count ? refusals[position] : 0
        let code = refusal != 0 ? refusal : state.apply(change)
        // FreeBSD returns EV_ERROR alone, Darwin all flags. A comparison for equality fails on one.
        if !state.writesReceipts { continue }
        unsafe changes[position] = c_mio_kqueue_make(
          change.ident, c_mio_kqueue_filter_of(change), C_MIO_EV_ERROR, change.fflags,
          Int64(code), change.udata)
      }
      return state.writesReceipts ? changes.count : 0
    }
  }

  func submit(_ queue: Int32, _ change: c_mio_kqueue_record) -> Int32 {
    Int32(
      call(.submit) { state in
        state.lists.append([change])
        return -Int(state.apply(change))
      })
  }

  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>, nanoseconds: Int64
  ) -> Int {
    while true {
      let result = call(.wait) { state in
        state.waits.append(nanoseconds)
        let count = unsafe state.harvest(into: records)
        if count == 0, nanoseconds > 0 { state.clock += UInt64(nanoseconds) }
        return count
      }
      // Only a wake from another thread ends a wait without a timeout.
      if result > 0, let happen = meanwhile.withLock({ $0.take() }) { try? happen() }
      if result != 0 || nanoseconds >= 0 { return result }
      sched_yield()
    }
  }

  func createPipe(_ ends: inout (Int32, Int32)) -> Int32 {
    var both: (Int32, Int32) = (-1, -1)
    let result = call(.createPipe) { state in
      both = (state.makeDescriptor(), state.makeDescriptor())
      return 0
    }
    ends = both
    return Int32(result)
  }

  func writeToPipe(_ end: Int32) -> Int32 {
    Int32(
      call(.write) { state in
        state.bytesInPipe += 1
        // The reading end has the preceding number.
        let key = Key(filter: C_MIO_EVFILT_READ, ident: UInt(end - 1))
        state.activate(key, (0, 0, Int64(state.bytesInPipe)))
        return 1
      })
  }

  func drainPipe(_ end: Int32) -> Int32 {
    Int32(
      call(.drain) { state in
        state.bytesInPipe = 0
        return 0
      })
  }

  func close(_ descriptor: Int32) -> Int32 {
    Int32(call(.close) { state in state.open.remove(descriptor) == nil ? -Int(EBADF) : 0 })
  }

  func process() -> Int64 { state.withLock { $0.process } }

  func now() -> UInt64 { state.withLock { $0.clock } }
}

// MARK: - The queue

extension ScriptedKernel.State {
  typealias Key = ScriptedKernel.Key

  mutating func makeDescriptor() -> Int32 {
    nextDescriptor += 1
    open.insert(nextDescriptor)
    return nextDescriptor
  }

  mutating func activate(_ key: Key, _ pending: (flags: UInt32, notes: UInt32, data: Int64)) {
    guard let knote = knotes[key], !knote.isDisabled else { return }
    // A file's registration does not report changes that it did not request.
    if key.filter == C_MIO_EVFILT_VNODE, knote.notes & pending.notes == 0 { return }
    knotes[key]?.pending = pending
    if !active.contains(key) { active.append(key) }
  }

  mutating func remove(_ key: Key) {
    knotes[key] = nil
    active.removeAll { $0 == key }
  }

  /// Makes one change, and returns its code.
  mutating func apply(_ change: c_mio_kqueue_record) -> Int32 {
    let key = Key(filter: c_mio_kqueue_filter_of(change), ident: change.ident)
    let flags = c_mio_kqueue_flags_of(change)
    if flags & C_MIO_EV_DELETE != 0 {
      if knotes[key] == nil { return ENOENT }
      remove(key)
      return 0
    }
    if knotes[key] == nil {
      if flags & C_MIO_EV_ADD == 0 { return ENOENT }
      if key.filter == C_MIO_EVFILT_WRITE, let code = withoutReader[key.ident] { return code }
      if key.filter == C_MIO_EVFILT_PROC, ended.contains(key.ident) { return ESRCH }
      knotes[key] = ScriptedKernel.Knote(
        flags: flags & (C_MIO_EV_CLEAR | C_MIO_EV_ONESHOT | C_MIO_EV_DISPATCH),
        notes: change.fflags, udata: change.udata, isDisabled: flags & C_MIO_EV_DISABLE != 0)
      if let condition = conditions[key] { activate(key, condition) }
      return 0
    }
    // An existing knote keeps its mode, and a change with EV_CLEAR resets a user event.
    knotes[key]?.udata = change.udata
    if flags & C_MIO_EV_ADD != 0 {
      knotes[key]?.isDisabled = flags & C_MIO_EV_DISABLE != 0
      if flags & C_MIO_EV_DISABLE != 0 { deactivate(key) }
    }
    if key.filter == C_MIO_EVFILT_USER {
      if flags & C_MIO_EV_CLEAR != 0 {
        deactivate(key)
      } else if change.fflags & C_MIO_NOTE_TRIGGER != 0 {
        activate(key, (0, 0, 0))
      }
    }
    return 0
  }

  mutating func deactivate(_ key: Key) {
    knotes[key]?.pending = nil
    active.removeAll { $0 == key }
  }

  mutating func harvest(into records: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    var count = 0
    for key in active.prefix(records.count) {
      guard let knote = knotes[key], let pending = knote.pending else { continue }
      unsafe records.initializeElement(
        at: count,
        to: c_mio_kqueue_make(
          key.ident, key.filter, knote.flags | pending.flags, pending.notes, pending.data,
          knote.udata))
      count += 1
      if knote.flags & C_MIO_EV_ONESHOT != 0 {
        remove(key)
      } else if knote.flags & C_MIO_EV_DISPATCH != 0 {
        knotes[key]?.isDisabled = true
        deactivate(key)
      } else if knote.flags & C_MIO_EV_CLEAR != 0 {
        deactivate(key)
      } else {
        active.removeAll { $0 == key }
        active.append(key)
      }
    }
    return count
  }
}

extension c_mio_kqueue_record {
  /// The record as a line: the action, the filter, the descriptor and the token.
  var text: String {
    let flags = c_mio_kqueue_flags_of(self)
    let names: [(UInt32, String)] = [
      (C_MIO_EV_ADD, "add"), (C_MIO_EV_DELETE, "delete"), (C_MIO_EV_ONESHOT, "oneshot"),
      (C_MIO_EV_CLEAR, "clear"), (C_MIO_EV_DISPATCH, "dispatch"),
      (C_MIO_EV_DISABLE, "disable"), (C_MIO_EV_RECEIPT, "receipt"),
    ]
    let filters = [
      C_MIO_EVFILT_READ: "read", C_MIO_EVFILT_WRITE: "write", C_MIO_EVFILT_EXCEPT: "except",
      C_MIO_EVFILT_USER: "user", C_MIO_EVFILT_TIMER: "timer", C_MIO_EVFILT_VNODE: "vnode",
      C_MIO_EVFILT_PROC: "proc", C_MIO_EVFILT_SIGNAL: "signal",
    ]
    let known = names.reduce(0) { $0 | $1.0 }
    var words = names.filter { flags & $0.0 != 0 }.map(\.1)
    if flags & ~known != 0 { words.append("flags:\(flags & ~known)") }
    words.append(filters[c_mio_kqueue_filter_of(self)] ?? "\(c_mio_kqueue_filter_of(self))")
    words.append(ident > 1 << 32 ? "notifier" : "\(ident)")
    if fflags != 0 { words.append("notes:\(fflags)") }
    if c_mio_kqueue_data_of(self) != 0 { words.append("data:\(c_mio_kqueue_data_of(self))") }
    if udata != 0 { words.append("token:\(udata)") }
    return words.joined(separator: " ")
  }
}
