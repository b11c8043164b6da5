public import MioCore
import MioNet

/// A source that is readable when signals have arrived at the process.
///
///     let signals = try SignalSource([.interrupt, .terminate, .hangup])
///     try poll.registry.register(signals, token: 7, interest: .readable)
///     …
///     while let arrived = try signals.receive() {
///       if arrived.contains(.hangup) { reload() }
///       if !arrived.isDisjoint(with: [.interrupt, .terminate]) { return }
///     }
///
/// While a source of a signal exists, the signal does not have its usual effect. From its creation
/// on, the source remembers the signals that arrive, even before it is registered. Any thread may
/// run the handler of the signal. A signal that all threads block does not arrive.
///
/// A source reports that a signal has arrived, but not how often. Any number of sources may watch
/// the same signal, and each of them reports it.
///
/// The first source of a signal replaces the disposition of the signal, such as a handler that the
/// program has installed. When the last source is destroyed, the signal has its previous disposition
/// again, unless other code has changed it in the meantime. Signals that a source has not reported
/// are then lost.
///
/// A child process that `fork` creates cannot use the sources of its parent: they report nothing in
/// the child. The child can create its own sources. A signal that arrives at the child before it
/// calls `exec` is lost. After `exec` the signals have their default dispositions.
///
/// On Windows the source watches the events of the console: see ``SignalSet``. When the console is
/// closed, the process has about five seconds before Windows ends it.
///
/// - SeeAlso: `sigaction(2)`; `SetConsoleCtrlHandler`.
public struct SignalSource: DescriptorSource, ~Copyable, Sendable {
  /// The signals that the source reports.
  public let signals: SignalSet

  private let channel: SignalChannel
  private let receiver: SignalReceiver
  private let registration = RegistrationState()

  /// Begins to watch signals.
  ///
  /// The source uses two descriptors, or one on Windows.
  ///
  /// - Parameter signals: The signals, at least one. The source cannot watch `SIGKILL`, `SIGSTOP`,
  ///   and signals that an instruction of the program causes, such as `SIGSEGV`.
  /// - Throws: ``IOError`` with the kind `.invalidArgument`, `.tooManyOpenFiles` or `.outOfMemory`. If
  ///   it throws, all signals have the same dispositions as before.
  public init(_ signals: SignalSet) throws(IOError) {
    guard !signals.isEmpty, signals.isDisjoint(with: .synchronous) else {
      try IOError.raise(.invalidArgument, .create)
    }
    let channel = try SignalChannel()
    receiver = try SignalReceivers.shared.open(for: signals, writingTo: channel.writingEnd)
    self.channel = channel
    self.signals = signals
  }

  // The handlers stop before the descriptors are closed.
  deinit {
    registration.sourceWillClose()
    SignalReceivers.shared.close(receiver, for: signals)
  }

  /// Calls a closure with the descriptor and its registration state.
  ///
  /// - Returns: The result of `body`.
  /// - Throws: The error that `body` throws.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(channel.readingEnd.descriptor, registration)
  }

  /// Returns the signals that have arrived since the last call.
  ///
  /// The result may be `nil` even after an event, as with every source.
  ///
  /// - Returns: The signals; `nil` if none has arrived.
  /// - Throws: ``IOError`` if other code has closed the descriptor.
  public borrowing func receive() throws(IOError) -> SignalSet? {
    try withIO(.readable) { descriptor throws(IOError) in
      let arrived = try receiver.take(emptying: descriptor)
      return arrived.isEmpty ? nil : arrived
    }
  }
}
