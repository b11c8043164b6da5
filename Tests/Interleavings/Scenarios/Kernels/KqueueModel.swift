import CMioErrors
import CMioKqueue
import Loom
import MioCore

/// A kqueue of a ``KqueueKernel``.
final class KqueueModel {
  private struct Key: Hashable {
    let filter: Int32
    let ident: UInt
  }

  /// A registration.
  private struct Knote {
    let flags: UInt32
    let udata: UInt
    var isDisabled: Bool
  }

  private unowned let kernel: KqueueKernel
  private let tellWatchers: () -> Void
  private var knotes: [Key: Knote] = [:]
  /// The active knotes, with the longest active one first.
  private var active: [Key] = []
  /// The edge from the activation of a record to the thread that finds the record.
  private var activation = Handover()

  init(_ kernel: KqueueKernel, tellWatchers: @escaping () -> Void) {
    self.kernel = kernel
    self.tellWatchers = tellWatchers
  }

  /// Whether a wait would return a record.
  var hasActive: Bool { active.contains { isReady($0) } }
}

// MARK: - Readiness

extension KqueueModel {
  /// Records that a descriptor becomes readable.
  func activate(_ ident: UInt) { activate(Key(filter: C_MIO_EVFILT_READ, ident: ident)) }

  /// Records that a descriptor is no longer readable.
  func deactivate(_ ident: UInt) {
    active.removeAll { $0 == Key(filter: C_MIO_EVFILT_READ, ident: ident) }
  }

  /// Records that a descriptor is closed.
  func forget(_ ident: UInt) {
    deactivate(ident)
    knotes = knotes.filter { $0.key.ident != ident }
  }

  /// Returns whether the condition that activated a knote still holds.
  ///
  /// A descriptor is always writable.
  private func isReady(_ key: Key) -> Bool {
    key.filter != C_MIO_EVFILT_READ || kernel.isReadable(key.ident)
  }

  private func activate(_ key: Key) {
    guard knotes[key]?.isDisabled == false else { return }
    activation.give()
    if active.contains(key) { return }
    active.append(key)
    tellWatchers()
  }
}

// MARK: - kevent

extension KqueueModel {
  /// Makes one change, and returns its code.
  func apply(_ change: c_mio_kqueue_record) -> Int32 {
    let key = Key(filter: c_mio_kqueue_filter_of(change), ident: change.ident)
    let flags = c_mio_kqueue_flags_of(change)
    if flags & C_MIO_EV_DELETE != 0 {
      active.removeAll { $0 == key }
      return knotes.removeValue(forKey: key) == nil ? Int32(C_MIO_ENOENT) : 0
    }
    if flags & C_MIO_EV_ADD != 0 {
      if kernel.refuses("EV_ADD fails") { return Int32(noMemory) }
      knotes[key] = Knote(
        flags: flags, udata: change.udata, isDisabled: flags & C_MIO_EV_DISABLE != 0)
      if key.filter != C_MIO_EVFILT_USER, isReady(key) { activate(key) }
    }
    if knotes[key] == nil { return Int32(C_MIO_ENOENT) }
    if change.fflags & C_MIO_NOTE_TRIGGER != 0 {
      if kernel.refuses("NOTE_TRIGGER fails") { return Int32(noMemory) }
      activate(key)
    }
    return 0
  }

  /// Takes the active knotes; level-triggered ones stay, behind all others.
  func harvest(into records: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    activation.take()
    active.removeAll { !isReady($0) }
    let taken = Array(active.prefix(records.count))
    active.removeFirst(taken.count)
    for (position, key) in taken.enumerated() {
      guard let knote = knotes[key] else { continue }
      records.initializeElement(
        at: position,
        to: c_mio_kqueue_make(
          key.ident, key.filter, knote.flags & C_MIO_EV_DISPATCH, 0, 1, knote.udata))
      if knote.flags & C_MIO_EV_DISPATCH != 0 {
        knotes[key]?.isDisabled = true
      } else if knote.flags & C_MIO_EV_CLEAR == 0 {
        active.append(key)
      }
    }
    return taken.count
  }
}
