import CLibrary
import CMioPoll
import MioPoll
import TestHelpers

/// A small kernel without epoll.
///
/// A test determines the readiness of descriptors and the failures of calls. Time passes only while
/// a thread waits.
struct ScriptedPollCalls: PollCalls {
  /// A call of the seam.
  enum Name: Hashable {
    case createNotifier, createWitness, enlist, recognize, wait, notify, drain, close
  }

  /// The arguments of one wait.
  struct Wait: Sendable {
    /// The number of entries, including those that the system ignores.
    let entryCount: Int
    let questions: [Int32: UInt16]
    let nanoseconds: Int64
  }

  /// A scripted effect of one wait.
  struct Step: Sendable {
    var passing: UInt64 = 0
    var code: Int32 = 0
    var count: Int?
    var meanwhile: @Sendable () -> Void = {}
  }

  struct State: Sendable {
    var failures: [Name: [Int32]] = [:]
    var counts: [Name: Int] = [:]
    var open: Set<Int32> = []
    var waits: [Wait] = []
    var steps: [Step] = []
    var isNotified = false
    var now: UInt64 = 1_000_000_000
    /// The conditions of each descriptor.
    var ready: [Int32: UInt16] = [:]
    /// The files of the descriptors that other code has closed and opened again.
    var files: [Int32: UInt64] = [:]
    var devices: [Int32: UInt64] = [:]
  }

  static let notifier: (reading: Int32, writing: Int32) = (3, 4)

  let state = Locked(State())

  init() {}
}

// MARK: - Controls for a test

extension ScriptedPollCalls {
  /// Makes the next calls fail with these codes, one after the other; 0 lets a call succeed.
  func fail(_ name: Name, with codes: Int32...) {
    state.withLock { $0.failures[name, default: []] += codes }
  }

  /// Sets the conditions of a descriptor; 0 means that it is not ready.
  func set(_ descriptor: Int32, _ bits: UInt16) {
    state.withLock { $0.ready[descriptor] = bits }
  }

  /// Makes a number refer to another file.
  func replaceFile(_ descriptor: Int32) {
    state.withLock { $0.files[descriptor, default: 0] += 1 << 32 }
  }

  /// Makes a number refer to a file with the same inode number on another device.
  func replaceDevice(_ descriptor: Int32) {
    state.withLock { $0.devices[descriptor, default: 1] += 1 }
  }

  /// Makes the next wait, or a later one, fail after this time.
  func interruptWait(_ code: Int32 = EINTR, after nanoseconds: UInt64 = 0) {
    state.withLock { $0.steps.append(Step(passing: nanoseconds, code: code)) }
  }

  /// Makes the next wait, or a later one, return this count after this time, although no entry is
  /// ready.
  func returnEarly(_ count: Int, after nanoseconds: UInt64 = 0) {
    state.withLock { $0.steps.append(Step(passing: nanoseconds, count: count)) }
  }

  /// Runs an action, as another thread would, after the next wait, or a later one, has looked for
  /// ready descriptors.
  func duringWait(_ meanwhile: @escaping @Sendable () -> Void) {
    state.withLock { $0.steps.append(Step(meanwhile: meanwhile)) }
  }

  func count(_ name: Name) -> Int { state.withLock { $0.counts[name, default: 0] } }

  var openDescriptors: Set<Int32> { state.withLock { $0.open } }

  var waits: [Wait] { state.withLock { $0.waits } }
}

// MARK: - The calls

extension ScriptedPollCalls {
  /// Counts a call, and returns the negated code with which it must fail; 0 if it must succeed.
  private func begin(_ name: Name) -> Int32 {
    state.withLock { state in
      state.counts[name, default: 0] += 1
      guard let codes = state.failures[name], !codes.isEmpty else { return 0 }
      return -(state.failures[name]?.removeFirst() ?? 0)
    }
  }

  func createNotifier(_ ends: inout (Int32, Int32)) -> Int32 {
    let code = begin(.createNotifier)
    if code < 0 { return code }
    ends = Self.notifier
    state.withLock { $0.open = [Self.notifier.reading, Self.notifier.writing] }
    return 0
  }

  func close(_ descriptor: Int32) -> Int32 {
    state.withLock { _ = $0.open.remove(descriptor) }
    return begin(.close)
  }

  func createWitness() -> Int32 {
    let code = begin(.createWitness)
    return code < 0 ? code : C_MIO_POLL_NO_WITNESS
  }

  func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    identity = self.identity(of: descriptor)
    return begin(.enlist)
  }

  func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    identity = self.identity(of: descriptor)
    return begin(.recognize)
  }

  func strike(_ witness: Int32, _ descriptor: Int32) -> Int32 { 0 }

  private func identity(of descriptor: Int32) -> c_mio_poll_identity {
    state.withLock { state in
      c_mio_poll_identity(
        device: state.devices[descriptor, default: 1],
        file: state.files[descriptor, default: 0] + UInt64(descriptor), is_new: 0)
    }
  }

  func notify(_ end: Int32) -> Int32 {
    let code = begin(.notify)
    if code == 0 && end == Self.notifier.writing { state.withLock { $0.isNotified = true } }
    return code
  }

  func drain(_ end: Int32) -> Int32 {
    let code = begin(.drain)
    if code == 0 && end == Self.notifier.reading { state.withLock { $0.isNotified = false } }
    return code
  }

  func now() -> UInt64 { state.withLock { $0.now } }

  @unsafe
  func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int {
    let code = begin(.wait)
    let step = state.withLock { state -> Step in
      let questions = unsafe entries.dropFirst().map { ($0.descriptor, $0.asked) }
      state.waits.append(
        Wait(
          entryCount: entries.count,
          questions: Dictionary(questions.filter { $0.0 >= 0 }) { $0 | $1 },
          nanoseconds: nanoseconds))
      return state.steps.isEmpty ? Step() : state.steps.removeFirst()
    }
    state.withLock { $0.now += step.passing }
    if code < 0 { return Int(code) }
    if step.code != 0 { return -Int(step.code) }
    if let count = step.count { return count }
    var count = unsafe answer(entries)
    step.meanwhile()
    if count > 0 { return count }
    // The call is still waiting, and returns the conditions that have changed.
    count = unsafe answer(entries)
    if count == 0 && nanoseconds < 0 { return -Int(EDEADLK) }
    if count == 0 { state.withLock { $0.now += UInt64(nanoseconds) } }
    return count
  }

  private func answer(_ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>) -> Int {
    for index in entries.indices {
      unsafe entries[index].found = answer(entries[index])
    }
    return unsafe entries.count { $0.found != 0 }
  }

  private func answer(_ entry: c_mio_poll_entry) -> UInt16 {
    let always = C_MIO_POLL_ERROR | C_MIO_POLL_HANG_UP | C_MIO_POLL_INVALID
    return state.withLock { state in
      let isNotifier = entry.descriptor == Self.notifier.reading && state.isNotified
      let holds = state.ready[entry.descriptor, default: isNotifier ? C_MIO_POLL_READABLE : 0]
      return entry.descriptor < 0 ? 0 : holds & (entry.asked | always)
    }
  }
}
