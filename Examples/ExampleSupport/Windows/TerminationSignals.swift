import CConsole
public import MioCore

/// Tells a poll that the user wants the program to end: Ctrl-C, or the console closes.
///
/// Windows calls a handler on a thread of its own for that, so a waker does. There is one for the whole
/// process.
public struct TerminationSignals: ~Copyable {
  private let waker: PollWaker

  /// Begins to tell, by events with this token.
  ///
  /// - Throws: ``IOError`` when Windows takes no handler.
  public init<S: Selector & ~Copyable>(
    reportingTo registry: borrowing Registry<S>, token: Token
  ) throws(IOError) {
    let waker = try registry.makeWaker(token: token)
    unsafe terminationWaker = waker
    try IOError.check(c_console_on_interrupt { try? unsafe terminationWaker?.wake() }, .register)
    self.waker = waker
  }
}

// Safety: written once, before the handler that reads it is installed.
private nonisolated(unsafe) var terminationWaker: PollWaker?
