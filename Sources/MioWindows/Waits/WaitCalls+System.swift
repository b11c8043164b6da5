#if MIO_AFD_CALLS

import CMioWindows
public import MioCore

extension WaitSource {
  /// Creates a source for an object that other code owns.
  ///
  /// - Parameter descriptor: The handle of the object, with the right to wait (`SYNCHRONIZE`).
  /// - Throws: ``IOError`` with the kind `.unsupported` before Windows 8, and under Wine 8;
  ///   `.outOfMemory` or another.
  /// - SeeAlso: `NtCreateWaitCompletionPacket`.
  public init(borrowing descriptor: Descriptor) throws(IOError) {
    try self.init(borrowing: descriptor, calls: SystemWaitCalls())
  }
}

/// The system calls of the real waits.
package struct SystemWaitCalls: WaitCalls {
  package init() {}

  package func makePacket() -> Int { c_mio_wait_create() }

  package func associate(_ packet: Int, _ port: Int, _ object: Int, _ operation: UInt) -> Int32 {
    c_mio_wait_associate(packet, port, object, operation)
  }

  package func cancel(_ packet: Int) -> Int32 { c_mio_wait_cancel(packet) }

  package func look(_ object: Int) -> Int32 { c_mio_wait_look(object) }

  package func close(_ handle: Int) -> Int32 { c_mio_handle_close(handle) }
}

#endif
