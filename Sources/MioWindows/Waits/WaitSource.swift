import CMioWindows
public import MioCore

/// A wait for an object of Windows: a process, a thread, an event, a semaphore or the input of a
/// console.
///
///     let exit = try WaitSource(borrowing: Descriptor(rawValue: process))
///     try poll.registry.register(exit, token: 7, interest: .readable)
///
/// The source is readable when the object is signaled. A process or a thread is signaled when it
/// ends. The source does not own the object: keep the handle open as long as the source is
/// registered.
///
/// An edge-triggered source reports an event once, and again after ``isSignaled()`` has returned
/// `false`. An object that stays signaled, such as a process that has ended, is therefore reported
/// once. A level-triggered source reports an event at each poll.
///
/// Each event of the poll is a completed wait. It resets an event object that resets automatically,
/// and decrements a semaphore. Deregistering may have the same effect if the object is signaled at
/// that moment. The source does not support mutexes, because mutexes belong to threads.
///
/// - SeeAlso: `NtAssociateWaitCompletionPacket`; `KqueueFilter` for the objects that a kqueue
///   watches.
public struct WaitSource: DescriptorSource, ~Copyable, Sendable {
  let record: WaitRecord
  private let registration = RegistrationState()

  package init(borrowing descriptor: Descriptor, calls: any WaitCalls) throws(IOError) {
    record = try WaitRecord(object: descriptor.rawValue, calls)
    registration.add(record)
  }

  /// Passes the handle of the object and the registration state to `body`.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Descriptor(rawValue: record.object), registration)
  }

  /// Returns whether the object is signaled, and consumes its signal as a wait would.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.permissionDenied` for a handle
  ///   without the right to wait.
  /// - SeeAlso: `WaitForSingleObject`.
  public borrowing func isSignaled() throws(IOError) -> Bool {
    let signal = try withIO(.readable) { _ throws(IOError) -> Bool? in
      let found = record.calls.look(record.object)
      try IOError.checkWin32(Int(found), .read)
      return found == C_MIO_WAIT_SIGNALED ? true : nil
    }
    return signal ?? false
  }
}
