import CMioKqueue
import MioCore

// The parts of the modes that the selector implements, because the kernel does not.
extension KqueueQueue {
  /// Returns whether the mode of the registration lets a record through.
  ///
  /// A one-shot registration is reported once. The kernel always watches urgent data as an edge.
  /// After a level-triggered registration was reported, the filter is added again, so that the next
  /// wait looks at it again. After a one-shot registration was reported, the filter is disabled.
  func isAsked(
    for record: c_mio_kqueue_record, _ registrations: inout KqueueRegistrations
  ) -> Bool {
    let target = Int32(truncatingIfNeeded: record.ident)
    guard let registration = registrations[target], registration.token == Token(record.udata) else {
      return false
    }
    switch registration.mode {
    case .edge: return true
    case .level:
      watch(target, for: .except, as: registration)
      return true
    case .oneShot:
      guard registrations.disarm(target) else { return false }
      if registration.interest.contains(.priority) {
        watch(target, for: .except, as: registrations[target])
      }
      return true
    }
  }

  /// Replaces one filter of a source.
  ///
  /// The call fails if other code has closed the descriptor. In this case nothing is left to watch.
  private func watch(
    _ target: Int32, for filter: SourceFilter, as registration: KqueueRegistration?
  ) {
    _ = try? replace(target, with: registration, in: filter, .poll)
  }

  /// Removes a writer without a reader from the list, and creates the record that the kernel does
  /// not create.
  ///
  /// The method first adds the filter again to check that the writer still has no reader. The
  /// descriptor may be closed, or it may belong to another file. The notifier is signaled if more
  /// writers remain. A level-triggered writer always remains, because every wait reports it.
  func takeUnreported(_ notifier: KqueueWakeNotifier<Calls>) -> c_mio_kqueue_record? {
    withLock { registrations in
      while let target = registrations.takeUnreported() {
        guard let registration = registrations[target] else { continue }
        let outcome = try? replace(target, with: registration, in: .write, .poll)
        if let outcome, !outcome.isWithoutReader {
          // The descriptor belongs to another file, or it is closed.
          watch(target, for: .write, as: nil)
          continue
        }
        if registration.mode == .level { registrations.report(target) }
        // The wait has just succeeded on this queue, so a signal to it succeeds.
        if registrations.hasUnreported { try? notifier.signal() }
        // With this flag the mode of the registration decides about the record.
        return c_mio_kqueue_record(
          UInt(bitPattern: Int(target)), C_MIO_EVFILT_WRITE,
          flags: C_MIO_EV_EOF | C_MIO_EV_DISPATCH, token: registration.token)
      }
      return nil
    }
  }
}
