import CMioWindows
public import MioCore

/// A wait for an object of Windows: the end of a process or a thread, an event, a semaphore, a console's
/// input.
///
///     let exit = try WaitSource(borrowing: Descriptor(rawValue: process))
///     try poll.registry.register(exit, token: 7, interest: .readable)
///
/// It is readable when the object is signaled. It does not own the object: keep the handle open for as long
/// as the source is registered.
///
/// By edge, an event comes once, and again after ``isSignaled()`` has returned `false`; what stays signaled, as a
/// process that has ended does, is told once. By level it is told at each poll.
///
/// An event of the poll is a wait that is over: it resets an event object that resets itself, and takes one of a
/// semaphore. Deregistering may do so as well, when the object is signaled at that moment. Mutexes cannot be
/// waited for: they belong to threads.
///
/// - SeeAlso: `NtAssociateWaitCompletionPacket`; `KqueueFilter` for what a kqueue watches.
public struct WaitSource: DescriptorSource, ~Copyable, Sendable {
  let record: WaitRecord
  private let registration = RegistrationState()

  package init(borrowing descriptor: Descriptor, calls: any WaitCalls) throws(IOError) {
    record = try WaitRecord(object: descriptor.rawValue, calls)
    registration.add(record)
  }

  /// Lends the object's handle and the registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Descriptor(rawValue: record.object), registration)
  }

  /// Returns whether the object is signaled, and takes its signal as a wait would.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.permissionDenied` for a handle without the right
  ///   to wait.
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
