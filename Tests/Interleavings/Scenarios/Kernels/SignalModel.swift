import CMioSignals
import Loom

/// The channels of receivers of signals.
final class SignalModel {
  /// The number of bytes in each open channel.
  private var channels: [Int: Int] = [:]

  /// The model of the current execution, for the functions that C calls.
  nonisolated(unsafe) fileprivate static var current: SignalModel?
  /// The number of changes of atomic values.
  nonisolated(unsafe) fileprivate static var changes = 0

  init() {
    SignalModel.current = self
    // Receivers are never freed, so the first execution must not differ from the later ones.
    let receivers = [open(1), open(2)]
    for (index, receiver) in receivers.enumerated() { close(receiver, index + 1) }
  }

  func open(_ channel: Int) -> OpaquePointer {
    channels[channel] = 0
    guard let receiver = c_mio_signal_receiver_open(0b11, channel) else {
      fatalError("no memory for a receiver")
    }
    return receiver
  }

  func close(_ receiver: OpaquePointer, _ channel: Int) {
    c_mio_signal_receiver_close(receiver)
    channels[channel] = nil
  }

  /// Waits until a channel is readable, and returns the signals that have arrived.
  func receive(_ receiver: OpaquePointer, _ channel: Int) -> UInt64? {
    guard Loom.wait("readable", until: { self.channels[channel] != 0 }) else { return nil }
    var signals: UInt64 = 0
    _ = c_mio_signal_receiver_take(receiver, channel, &signals)
    return signals
  }

  fileprivate func write(to channel: Int) {
    Loom.step("write")
    Loom.check(channels[channel] != nil, "a handler writes to a closed channel")
    channels[channel]? += 1
  }

  fileprivate func empty(_ channel: Int) {
    Loom.step("read")
    channels[channel] = 0
  }
}

// MARK: - The functions that C calls

@_cdecl("c_signal_step")
func signalStep(_ changes: Int32) {
  Loom.step(changes != 0 ? "change" : "load")
  if changes != 0 { SignalModel.changes += 1 }
}

@_cdecl("c_mio_signal_write")
func writeSignal(_ channel: Int) { SignalModel.current?.write(to: channel) }

@_cdecl("c_mio_signal_empty")
func emptySignals(_ channel: Int) -> Int {
  SignalModel.current?.empty(channel)
  return 0
}

@_cdecl("c_mio_signal_process")
func signalProcess() -> Int { 1 }

/// Waits for a change.
///
/// If a thread only yielded, an execution could continue without an end.
@_cdecl("c_mio_signal_yield")
func yieldForSignal() {
  let seen = SignalModel.changes
  _ = Loom.wait("yield") { SignalModel.changes != seen }
}
