public import MioCore

/// A source whose readiness a test sets.
///
///     let source = MockSource()
///     try poll.registry.register(source, token: 7, interest: .readable)
///     source.readiness = .readable
public struct MockSource: DescriptorSource, ~Copyable, Sendable {
  private let file: ScriptedFile
  private let registration = RegistrationState()

  /// Creates a source that is not ready.
  public init() {
    file = ScriptedFile(MockLink())
  }

  deinit {
    registration.sourceWillClose()
    file.link.withLock { file.close() }
  }

  /// The readiness of the source.
  ///
  /// The readiness stays until a test changes it.
  ///
  /// A reported readiness is reported again after an operation that would block. To perform such an
  /// operation, return `nil` from ``DescriptorSource/withIO(_:_:)``.
  public var readiness: Event.Readiness {
    get { file.link.withLock { file.current } }
    nonmutating set {
      file.link.withLock {
        file.current = newValue
        file.readinessMayHaveChanged()
      }
    }
  }

  /// Calls `body` with the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

private final class ScriptedFile: MockFile, @unchecked Sendable {
  // Safety of `@unchecked`: used under the lock of the link.

  var current: Event.Readiness = []

  override var readiness: Event.Readiness { current }
}
