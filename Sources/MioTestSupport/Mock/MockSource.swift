public import MioCore

/// A source whose readiness a test sets.
///
///     let source = MockSource()
///     try poll.registry.register(source, token: 7, interest: .readable)
///     source.readiness = .readable
public struct MockSource: DescriptorSource, ~Copyable, Sendable {
  private let file: ScriptedFile
  private let registration = RegistrationState()

  /// Creates a source that is ready for nothing.
  public init() {
    file = mockMonitor.withLock { ScriptedFile() }
  }

  deinit {
    registration.sourceWillClose()
    mockMonitor.withLock { file.close() }
  }

  /// What the source is ready for, until it is set anew.
  ///
  /// What was reported is reported again after an operation that would block: return `nil` from
  /// ``DescriptorSource/withIO(_:_:)``.
  public var readiness: Event.Readiness {
    get { mockMonitor.withLock { file.current } }
    nonmutating set {
      mockMonitor.withLock {
        file.current = newValue
        mockMonitor.broadcast()
      }
    }
  }

  /// Lends the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

private final class ScriptedFile: MockFile, @unchecked Sendable {
  // Safety of `@unchecked`: used under the monitor's lock.

  var current: Event.Readiness = []

  override var readiness: Event.Readiness { current }
}
