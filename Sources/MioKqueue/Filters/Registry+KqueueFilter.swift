import CMioErrors
import CMioKqueue
package import MioCore

// The filters over any system calls, for tests. `KqueueSelector+System.swift` has the public
// methods.
extension Registry where S: ~Copyable {
  package borrowing func register<Calls: KqueueCalls>(
    _ filter: KqueueFilter, token: Token, mode: TriggerMode = .edge
  ) throws(IOError) where S == KqueueBackend<Calls> {
    try selector.register(filter, token: token, mode: mode)
  }

  package borrowing func deregister<Calls: KqueueCalls>(
    _ filter: KqueueFilter
  ) throws(IOError) where S == KqueueBackend<Calls> {
    try selector.deregister(filter)
  }

  package borrowing func trigger<Calls: KqueueCalls>(
    _ filter: KqueueFilter, token: Token
  ) throws(IOError) where S == KqueueBackend<Calls> {
    try selector.trigger(filter, token: token)
  }
}

extension KqueueBackend {
  borrowing func register(
    _ filter: KqueueFilter, token: Token, mode: TriggerMode
  ) throws(IOError) {
    try check(filter, .register)
    try queue.withLock { _ throws(IOError) in
      // Adding a filter that exists keeps its mode. It also keeps the end of a process that was not
      // reported yet. A new filter could not report it, because the process does not exist any more.
      if filter.number != C_MIO_EVFILT_PROC {
        do throws(IOError) { try submit(filter.deletion, .register) } catch {
          if error.kind != .notRegistered { throw error }
        }
      }
      do throws(IOError) { try submit(filter.addition(token, mode), .register) } catch {
        // Darwin reports the exit status only to the parent and to processes that may signal the
        // process. It reports the end to every process.
        guard error.code == C_MIO_EACCES, let filter = filter.withoutStatus else { throw error }
        try submit(filter.addition(token, mode), .register)
      }
    }
  }

  borrowing func deregister(_ filter: KqueueFilter) throws(IOError) {
    try check(filter, .deregister)
    try submit(filter.deletion, .deregister)
  }

  borrowing func trigger(_ filter: KqueueFilter, token: Token) throws(IOError) {
    try check(filter, .wake)
    guard filter.number == C_MIO_EVFILT_USER else { try IOError.raise(.invalidArgument, .wake) }
    try submit(
      c_mio_kqueue_record(
        filter.ident, filter.number, notes: C_MIO_NOTE_TRIGGER, token: token),
      .wake)
  }

  private borrowing func check(
    _ filter: KqueueFilter, _ operation: IOError.Operation
  ) throws(IOError) {
    guard filter.number == C_MIO_EVFILT_USER else { return }
    if !queue.calls.features.contains(.userEvents) { try IOError.raise(.unsupported, operation) }
    if filter.ident == notifier.ident { try IOError.raise(.alreadyRegistered, operation) }
  }

  private borrowing func submit(
    _ change: c_mio_kqueue_record, _ operation: IOError.Operation
  ) throws(IOError) {
    do throws(IOError) { try queue.send(change, operation) } catch {
      if error.code != C_MIO_ENOENT { throw error }
      throw IOError(.notRegistered, operation: operation, code: error.code)
    }
  }
}

extension KqueueFilter {
  fileprivate var deletion: c_mio_kqueue_record {
    c_mio_kqueue_record(ident, number, flags: C_MIO_EV_DELETE, notes: notes, data: data)
  }

  fileprivate func addition(_ token: Token, _ mode: TriggerMode) -> c_mio_kqueue_record {
    c_mio_kqueue_record(
      ident, number, flags: mode.kqueueFlags, notes: notes, data: data, token: token)
  }
}
