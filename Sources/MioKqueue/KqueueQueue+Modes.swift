import CMioKqueue
import MioCore

// What the selector does for registrations, because the kernel does not.
extension KqueueQueue {
  /// Whether the mode of its registration asks for a record.
  ///
  /// A one-shot is reported once. Urgent data is watched as an edge always: what a level has reported is
  /// looked at again in the next wait, and for a one-shot that was reported it is no longer watched.
  func isAsked(
    for record: c_mio_kqueue_record, _ registrations: inout KqueueRegistrations
  ) -> Bool {
    let target = Int32(truncatingIfNeeded: record.ident)
    guard let registration = registrations[target], registration.token == Token(record.udata) else {
      return false
    }
    switch registration.mode {
    case .edge: break
    case .level: watch(target, for: .except, as: registration)
    case .oneShot:
      guard registrations.disarm(target) else { return false }
      if registration.interest.contains(.priority) { watch(target, for: .except, as: nil) }
    }
    return true
  }

  /// Replaces one filter of a source.
  ///
  /// It can fail because somebody has closed the number, and then there is nothing left to watch.
  private func watch(
    _ target: Int32, for filter: SourceFilter, as registration: KqueueRegistration?
  ) {
    _ = try? replace(target, with: registration, in: filter, .poll)
  }

  /// Takes a writer that has no reader, and makes the record that the kernel does not make.
  ///
  /// The kernel is asked again whether it is so: the number may be closed, or another file's, by now.
  /// The notifier is signaled for the next one, and for a level, which is reported at every wait.
  func takeUnreported(_ notifier: KqueueWakeNotifier<Calls>) -> c_mio_kqueue_record? {
    withLock { registrations in
      while let target = registrations.takeUnreported() {
        guard let registration = registrations[target] else { continue }
        let outcome = try? replace(target, with: registration, in: .write, .poll)
        if let outcome, !outcome.isWithoutReader {
          // What the kernel has let add is another file's.
          if outcome.additionCode == 0 { watch(target, for: .write, as: nil) }
          continue
        }
        if registration.mode == .level { registrations.report(target) }
        // The queue that has just been waited for takes a signal.
        if registrations.hasUnreported { try? notifier.signal() }
        let oneShot = registration.mode == .oneShot ? C_MIO_EV_ONESHOT : 0
        return c_mio_kqueue_make(
          UInt(bitPattern: Int(target)), C_MIO_EVFILT_WRITE, C_MIO_EV_EOF | oneShot, 0, 0,
          registration.token.rawValue)
      }
      return nil
    }
  }
}
