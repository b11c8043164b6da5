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
    let flags = C_MIO_EV_ADD | mode.kqueueFlags
    try queue.withLock { _ throws(IOError) in
      // Adding a filter that exists keeps its mode. It also keeps the end of a process that was not
      // reported yet. A new filter could not report it, because the process does not exist any more.
      if filter.number != C_MIO_EVFILT_PROC {
        let deletion = queue.calls.submit(queue.descriptor, filter.change(C_MIO_EV_DELETE))
        if deletion < 0, -Int(deletion) != C_MIO_ENOENT { try raise(deletion, .register) }
      }
      var addition = queue.calls.submit(queue.descriptor, filter.change(flags, token))
      // Darwin reports the exit status only to the parent and to processes that may signal the
      // process. It reports the end to every process.
      if -Int(addition) == C_MIO_EACCES, let filter = filter.withoutStatus {
        addition = queue.calls.submit(queue.descriptor, filter.change(flags, token))
      }
      if addition < 0 { try raise(addition, .register) }
    }
  }

  borrowing func deregister(_ filter: KqueueFilter) throws(IOError) {
    try check(filter, .deregister)
    let result = queue.calls.submit(queue.descriptor, filter.change(C_MIO_EV_DELETE))
    if result < 0 { try raise(result, .deregister) }
  }

  borrowing func trigger(_ filter: KqueueFilter, token: Token) throws(IOError) {
    try check(filter, .wake)
    guard filter.number == C_MIO_EVFILT_USER else { try IOError.raise(.invalidArgument, .wake) }
    let result = queue.calls.submit(
      queue.descriptor,
      c_mio_kqueue_make(
        filter.ident, filter.number, 0, C_MIO_NOTE_TRIGGER, 0, token.rawValue))
    if result < 0 { try raise(result, .wake) }
  }

  private borrowing func check(
    _ filter: KqueueFilter, _ operation: IOError.Operation
  ) throws(IOError) {
    guard filter.number == C_MIO_EVFILT_USER else { return }
    if !queue.calls.features.contains(.userEvents) { try IOError.raise(.unsupported, operation) }
    if filter.ident == notifier.ident { try IOError.raise(.alreadyRegistered, operation) }
  }

  private borrowing func raise(
    _ result: Int32, _ operation: IOError.Operation
  ) throws(IOError) -> Never {
    if -Int(result) == C_MIO_ENOENT {
      throw IOError(.notRegistered, operation: operation, code: -result)
    }
    throw IOError(code: -result, operation: operation)
  }
}

extension KqueueFilter {
  fileprivate func change(_ flags: UInt32, _ token: Token = 0) -> c_mio_kqueue_record {
    c_mio_kqueue_make(ident, number, flags, notes, data, token.rawValue)
  }
}
