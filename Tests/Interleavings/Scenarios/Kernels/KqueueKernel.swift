import CMioErrors
import CMioKqueue
import Loom
import MioCore
import MioKqueue

/// A kernel with one kqueue, as the manuals of FreeBSD and Darwin describe it, or without `EVFILT_USER`, as
/// OpenBSD's.
final class KqueueKernel: ModelKernel {
  private struct Key: Hashable {
    let filter: Int32
    let ident: UInt
  }

  /// A registration.
  private struct Knote {
    let flags: UInt32
    let udata: UInt
  }

  let features: KqueueFeatures
  var refusals = 0

  private var knotes: [Key: Knote] = [:]
  /// Active knotes, the longest active first.
  private var active: [Key] = []
  /// What descriptors are readable.
  private var readable: Set<UInt> = []
  private var sources: Set<Int32> = []
  private var open: Set<Int32> = []
  private var nextDescriptor: Int32 = 1000
  private var violations: [String] = []
  /// A record of the pipe finds the poller knowing its number, by way of the kernel.
  private var pipe = Handover()
  private(set) var time: UInt64 = 0

  init(features: KqueueFeatures = [.userEvents, .forgetsClosed]) {
    self.features = features
  }

  func passTime() { time += 1_000_000_000_000 }

  var remains: [String] { violations + open.map { "descriptor \($0) is open" } }
}

// MARK: - Descriptors

extension KqueueKernel {
  func open(isReadable: Bool) -> Descriptor {
    let free = (0..<100).first { !sources.contains($0) } ?? 100
    sources.insert(free)
    set(Descriptor(free), isReadable: isReadable)
    return Descriptor(free)
  }

  func set(_ descriptor: Descriptor, isReadable: Bool) {
    let key = Key(filter: C_MIO_EVFILT_READ, ident: UInt(descriptor.rawValue))
    if isReadable {
      readable.insert(key.ident)
      activate(key)
    } else {
      readable.remove(key.ident)
      active.removeAll { $0 == key }
    }
  }

  func close(_ descriptor: Descriptor) {
    sources.remove(descriptor.fileDescriptor)
    set(descriptor, isReadable: false)
    knotes = knotes.filter { $0.key.ident != UInt(descriptor.rawValue) }
  }

  func makeDescriptor() -> Int32 {
    nextDescriptor += 1
    open.insert(nextDescriptor)
    return nextDescriptor
  }

  func close(_ descriptor: Int32) -> Int32 {
    if open.remove(descriptor) != nil { return 0 }
    violations.append("descriptor \(descriptor) is closed twice")
    return -Int32(C_MIO_EBADF)
  }
}

// MARK: - The queue

extension KqueueKernel {
  var hasActive: Bool { !active.isEmpty }

  /// Writes to the pipe whose end to read has the number before.
  func writeToPipe(_ end: Int32) {
    let key = Key(filter: C_MIO_EVFILT_READ, ident: UInt(end - 1))
    readable.insert(key.ident)
    pipe.give()
    activate(key)
  }

  func drainPipe(_ end: Int32) { readable.remove(UInt(end)) }

  private func activate(_ key: Key) {
    if knotes[key] != nil, !active.contains(key) { active.append(key) }
  }

  /// Makes one change, and returns its code.
  func apply(_ change: c_mio_kqueue_record) -> Int32 {
    let key = Key(filter: c_mio_kqueue_filter_of(change), ident: change.ident)
    let flags = c_mio_kqueue_flags_of(change)
    if flags & C_MIO_EV_DELETE != 0 {
      active.removeAll { $0 == key }
      return knotes.removeValue(forKey: key) == nil ? Int32(C_MIO_ENOENT) : 0
    }
    if flags & C_MIO_EV_ADD != 0 {
      if refuses("EV_ADD fails") { return Int32(noMemory) }
      knotes[key] = Knote(flags: flags, udata: change.udata)
      if readable.contains(key.ident) { activate(key) }
    }
    if knotes[key] == nil { return Int32(C_MIO_ENOENT) }
    if change.fflags & C_MIO_NOTE_TRIGGER != 0 {
      if refuses("NOTE_TRIGGER fails") { return Int32(noMemory) }
      activate(key)
    }
    return 0
  }

  /// Takes what is active; levels stay, behind all others.
  func harvest(into records: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    pipe.take()
    let taken = active.prefix(records.count)
    active.removeFirst(taken.count)
    for (position, key) in taken.enumerated() {
      guard let knote = knotes[key] else { continue }
      records.initializeElement(
        at: position,
        to: c_mio_kqueue_make(
          key.ident, key.filter, knote.flags & C_MIO_EV_ONESHOT, 0, 1, knote.udata))
      if knote.flags & C_MIO_EV_ONESHOT != 0 {
        knotes[key] = nil
      } else if knote.flags & C_MIO_EV_CLEAR == 0 {
        active.append(key)
      }
    }
    return taken.count
  }
}
