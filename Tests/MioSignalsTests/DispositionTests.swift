import CLibrary
import MioCore
import MioSignals
import TestHelpers
import Testing

/// The effect that a signal has without a source.
@Suite(.guardingDescriptors)
struct DispositionTests {
  @Test
  func `a signal of a source does not end the process`() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource([.terminate, .interrupt, .hangup])
      for number in [SIGTERM, SIGINT, SIGHUP] { raiseHere(number) }
      #expect(try source.receive() == [.terminate, .interrupt, .hangup])
    }
  }

  @Test
  func `when the last source is destroyed, the signal has its default effect again`() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      let first = try SignalSource([.terminate, .interrupt])
      do {
        let second = try SignalSource(.terminate)
        _ = second.descriptor
      }
      raiseHere(SIGTERM)
      guard try first.receive() == .terminate else { return }
      _ = consume first
      raiseHere(SIGTERM)
    }
  }

  @Test
  func `when the last source is destroyed, the handler of the program is restored`() throws {
    let before = replaceDisposition(of: SIGALRM, with: countingHandler)
    defer { _ = replaceDisposition(of: SIGALRM, with: before) }
    let count = handled.withLock { $0 }
    do {
      let source = try SignalSource(.alarm)
      raiseHere(SIGALRM)
      #expect(try source.receive() == .alarm)
    }
    #expect(handled.withLock { $0 } == count)
    raiseHere(SIGALRM)
    #expect(handled.withLock { $0 } == count + 1)
  }

  @Test
  func `when the last source is destroyed, an ignored signal is ignored again`() async {
    await #expect(processExitsWith: .success) {
      _ = replaceDisposition(of: SIGTERM, with: ignored)
      do {
        let source = try SignalSource(.terminate)
        raiseHere(SIGTERM)
        #expect(try source.receive() == .terminate)
      }
      raiseHere(SIGTERM)
    }
  }

  @Test
  func `a handler that other code has installed in the meantime stays installed`() throws {
    let before: (@convention(c) (Int32) -> Void)?
    do {
      let source = try SignalSource(.alarm)
      before = replaceDisposition(of: SIGALRM, with: countingHandler)
      _ = source.descriptor
    }
    let count = handled.withLock { $0 }
    raiseHere(SIGALRM)
    #expect(handled.withLock { $0 } == count + 1)
    _ = (before, replaceDisposition(of: SIGALRM, with: nil))
  }

  @Test
  func `a source that cannot watch one signal leaves the other signals unchanged`() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      for number in [SIGKILL, SIGSTOP] {
        let signals: SignalSet = [.terminate, try #require(SignalSet(number: number))]
        expectError(.invalidArgument) { () throws(IOError) in try SignalSource(signals) }
      }
      raiseHere(SIGTERM)
    }
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP])
  func `a signal that an instruction causes cannot be watched`(_ number: Int32) throws {
    let signals = try #require(SignalSet(number: number))
    let error = expectError(.invalidArgument) { () throws(IOError) in try SignalSource(signals) }
    #expect(error?.code == 0)
  }

  @Test
  func `a source without signals cannot be created`() {
    expectError(.invalidArgument) { () throws(IOError) in try SignalSource([]) }
  }

  @Test(arguments: [0, 1])
  func `without a free descriptor a source cannot be created, and nothing changes`(
    _ left: Int
  ) async throws {
    let before = OpenDescriptors.list()
    withDescriptorsLeft(left) {
      _ = expectError(.tooManyOpenFiles) { () throws(IOError) in try SignalSource(.alarm) }
    }
    #expect(OpenDescriptors.list() == before)
    #expect(replaceDisposition(of: SIGALRM, with: nil) == nil)
  }

  @Test
  func `a started program has the default disposition of the signal`() throws {
    let source = try SignalSource(.user2)
    let output = try withUnblocked(SIGUSR2) {
      try Subprocess.output(of: "kill -USR2 $$; echo survived")
    }
    #expect(output == "")
    #expect(try source.receive() == nil)
  }
}

private let handled = Locked(0)

private let countingHandler: @convention(c) (Int32) -> Void = { _ in handled.withLock { $0 += 1 } }

/// `SIG_IGN`, a macro that not every system's module contains.
///
/// `SIG_DFL` is `nil`.
private var ignored: (@convention(c) (Int32) -> Void)? {
  unsafe unsafeBitCast(1, to: (@convention(c) (Int32) -> Void)?.self)
}

/// Returns the previous handler, or `nil` for the default effect.
private func replaceDisposition(
  of number: Int32, with handler: (@convention(c) (Int32) -> Void)?
) -> (@convention(c) (Int32) -> Void)? {
  signal(number, handler)
}
