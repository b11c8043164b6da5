/// The system calls of waits for objects, which are their only connection to the kernel.
///
/// Negative results are negated Win32 codes.
package protocol WaitCalls: Sendable {
  /// Creates a packet: `NtCreateWaitCompletionPacket`.
  ///
  /// - Returns: The handle of the packet.
  func makePacket() -> Int

  /// Associates a packet with a port, an object and an operation:
  /// `NtAssociateWaitCompletionPacket`.
  ///
  /// The port gets the packet once, when the object is signaled, or at once if it is already
  /// signaled.
  func associate(_ packet: Int, _ port: Int, _ object: Int, _ operation: UInt) -> Int32

  /// Cancels an association: `NtCancelWaitCompletionPacket`.
  ///
  /// - Returns: An NTSTATUS. Zero means that no packet will arrive any more. Otherwise the packet
  ///   has already been taken from the port.
  func cancel(_ packet: Int) -> Int32

  /// Tests an object without waiting: `WaitForSingleObject`.
  ///
  /// - Returns: Zero if the object is signaled, `WAIT_TIMEOUT` if it is not.
  func look(_ object: Int) -> Int32

  /// Closes a handle: `CloseHandle`.
  func close(_ handle: Int) -> Int32
}
