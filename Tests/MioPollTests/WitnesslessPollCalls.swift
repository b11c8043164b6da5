import CMioPoll
import MioPoll

/// The real kernel as on systems without epoll, where a device and a number identify a file.
struct WitnesslessPollCalls: PollCalls {
  private let system = SystemPollCalls()

  func createWitness() -> Int32 { C_MIO_POLL_NO_WITNESS }

  @unsafe
  func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int {
    unsafe system.wait(entries, nanoseconds: nanoseconds)
  }

  func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    system.enlist(witness, descriptor, &identity)
  }

  func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    system.recognize(witness, descriptor, &identity)
  }

  func strike(_ witness: Int32, _ descriptor: Int32) -> Int32 {
    system.strike(witness, descriptor)
  }

  func createNotifier() -> c_mio_poll_notifier { system.createNotifier() }

  func notify(_ end: Int32) -> Int32 { system.notify(end) }

  func drain(_ end: Int32) -> Int32 { system.drain(end) }

  func close(_ descriptor: Int32) -> Int32 { system.close(descriptor) }

  func now() -> UInt64 { system.now() }
}
