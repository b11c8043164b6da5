import CConsole
public import MioCore

/// Reports to a poll that the user presses Ctrl-C or closes the console.
///
/// Windows calls the handler on its own thread, so the handler uses a waker. There is one handler
/// for the whole process.
public struct TerminationSignals: ~Copyable {
  private let waker: PollWaker

  /// Begins to report, as events with this token.
  ///
  /// - Throws: ``IOError`` if Windows refuses the handler.
  public init<S: Selector & ~Copyable>(
    reportingTo registry: borrowing Registry<S>, token: Token
  ) throws(IOError) {
    let waker = try registry.makeWaker(token: token)
    unsafe terminationWaker = waker
    try IOError.check(c_console_on_interrupt { try? unsafe terminationWaker?.wake() }, .register)
    self.waker = waker
  }
}

// Safety: the variable is written once, before the installation of the handler that reads it.
private nonisolated(unsafe) var terminationWaker: PollWaker?
