import CMioSignals
import MioCore
import MioLock

/// The receivers of the process's signals.
///
/// A signal has one handler for the whole process, and any number of receivers. The first receiver
/// installs the handler, and the last one restores the previous disposition.
final class SignalReceivers: @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is used under the lock.

  static let shared = SignalReceivers()

  private let lock = Lock()
  /// The number of receivers for each signal number.
  private var counts = ContiguousArray(repeating: 0, count: 65)

  private init() {}

  /// Opens a receiver, and catches its signals.
  ///
  /// If it throws, all signals have their previous dispositions.
  func open(
    for signals: SignalSet, writingTo writingEnd: Descriptor
  ) throws(IOError) -> SignalReceiver {
    try lock.withLock { () throws(IOError) in
      // The receiver comes first, so that no caught signal is lost.
      guard
        let opened = unsafe c_mio_signal_receiver_open(signals.rawValue, writingEnd.rawValue)
      else { try IOError.raise(.outOfMemory, .create) }
      var caught: SignalSet = []
      for number in signals.numbers {
        if counts[Int(number)] == 0 {
          let result = c_mio_signal_catch(number)
          if result < 0 {
            release(caught)
            unsafe c_mio_signal_receiver_close(opened)
            try IOError.raise(result, .create)
          }
        }
        counts[Int(number)] += 1
        caught.formUnion(SignalSet(number: number) ?? [])
      }
      return unsafe SignalReceiver(opened)
    }
  }

  /// Releases the signals of a receiver, and closes it.
  func close(_ receiver: SignalReceiver, for signals: SignalSet) {
    lock.withLock {
      release(signals)
      unsafe c_mio_signal_receiver_close(receiver.opened)
    }
  }

  private func release(_ signals: SignalSet) {
    for number in signals.numbers {
      counts[Int(number)] -= 1
      if counts[Int(number)] == 0 { c_mio_signal_release(number) }
    }
  }
}

/// An open receiver of the shim.
@safe
struct SignalReceiver: @unchecked Sendable {
  // Safety of `@unchecked`: the receiver's state is atomic.

  fileprivate let opened: OpaquePointer

  fileprivate init(_ opened: OpaquePointer) {
    unsafe self.opened = opened
  }

  /// Returns the signals that have arrived since the last call.
  func take(emptying readingEnd: Descriptor) throws(IOError) -> SignalSet {
    var arrived: UInt64 = 0
    try unsafe IOError.check(
      c_mio_signal_receiver_take(opened, readingEnd.rawValue, &arrived), .read)
    return SignalSet(rawValue: arrived)
  }
}
