/// The system calls that waits for objects make: their one seam to the kernel.
///
/// Results below zero are negated Win32 codes.
package protocol WaitCalls: Sendable {
  /// `NtCreateWaitCompletionPacket`: a handle.
  func makePacket() -> Int

  /// `NtAssociateWaitCompletionPacket`: the port gets a packet with this operation, once, when the object is
  /// signaled, or if it is.
  func associate(_ packet: Int, _ port: Int, _ object: Int, _ operation: UInt) -> Int32

  /// `NtCancelWaitCompletionPacket`: an NTSTATUS.
  ///
  /// Zero if no packet will come any more, and else it has been taken from the port already.
  func cancel(_ packet: Int) -> Int32

  /// `WaitForSingleObject` that does not wait: zero if the object is signaled, `WAIT_TIMEOUT` if it is not.
  func look(_ object: Int) -> Int32

  /// `CloseHandle`.
  func close(_ handle: Int) -> Int32
}
