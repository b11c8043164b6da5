import CMioSignals

/// A set of signals.
///
///     let signals: SignalSet = [.interrupt, .terminate, .hangup]
///
/// The numbers of signals differ between systems. On Windows ``interrupt`` and ``terminate`` stand
/// for the events of a console, and no other signal arrives.
///
/// - SeeAlso: `signal(7)`.
@frozen
public struct SignalSet: OptionSet, Hashable, Sendable {
  /// A bit for each signal: bit 0 for the signal with the number 1.
  public let rawValue: UInt64

  /// Creates a set from its bits.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Creates a set of one signal from the signal's number, or `nil` if the number is not from 1 to 64.
  public init?(number: Int32) {
    guard (1...64).contains(number) else { return nil }
    self.init(known: number)
  }

  private init(known number: Int32) {
    rawValue = 1 << UInt64(number - 1)
  }
}

extension SignalSet {
  /// The user presses Ctrl-C: `SIGINT`; on Windows Ctrl-C or Ctrl-Break.
  public static var interrupt: SignalSet { SignalSet(known: C_MIO_SIGINT) }
  /// The process should end: `SIGTERM`; on Windows the console closes, or the system shuts down.
  public static var terminate: SignalSet { SignalSet(known: C_MIO_SIGTERM) }
  /// The terminal was closed, or a server should read its configuration again: `SIGHUP`.
  public static var hangup: SignalSet { SignalSet(known: C_MIO_SIGHUP) }
  /// The user presses Ctrl-\\: `SIGQUIT`.
  public static var quit: SignalSet { SignalSet(known: C_MIO_SIGQUIT) }
  /// A child process ended, stopped or continued: `SIGCHLD`.
  public static var child: SignalSet { SignalSet(known: C_MIO_SIGCHLD) }
  /// A signal whose meaning the program defines: `SIGUSR1`.
  public static var user1: SignalSet { SignalSet(known: C_MIO_SIGUSR1) }
  /// A signal whose meaning the program defines: `SIGUSR2`.
  public static var user2: SignalSet { SignalSet(known: C_MIO_SIGUSR2) }
  /// A timer of `alarm(2)` expired: `SIGALRM`.
  public static var alarm: SignalSet { SignalSet(known: C_MIO_SIGALRM) }
  /// A stopped process continues: `SIGCONT`.
  public static var `continue`: SignalSet { SignalSet(known: C_MIO_SIGCONT) }
  /// The size of the terminal's window changed: `SIGWINCH`.
  public static var windowChange: SignalSet { SignalSet(known: C_MIO_SIGWINCH) }
}

extension SignalSet {
  /// The numbers of the signals, in ascending order.
  var numbers: some Sequence<Int32> {
    (1...64 as ClosedRange<Int32>).lazy.filter { contains(SignalSet(known: $0)) }
  }

  /// The signals that no source can watch, because instructions of the program cause them.
  static var synchronous: SignalSet {
    SignalSet(rawValue: ~0).numbers.reduce(into: []) { set, number in
      if c_mio_signal_is_synchronous(number) != 0 { set.insert(SignalSet(known: number)) }
    }
  }
}

extension SignalSet: CustomStringConvertible {
  /// A textual description whose format may change.
  public var description: String {
    "[" + numbers.map(SignalSet.name).joined(separator: ", ") + "]"
  }

  private static func name(_ number: Int32) -> String {
    switch SignalSet(known: number) {
    case .interrupt: "interrupt"
    case .terminate: "terminate"
    case .hangup: "hangup"
    case .quit: "quit"
    case .child: "child"
    case .user1: "user1"
    case .user2: "user2"
    case .alarm: "alarm"
    case .continue: "continue"
    case .windowChange: "windowChange"
    default: "signal \(number)"
    }
  }
}
