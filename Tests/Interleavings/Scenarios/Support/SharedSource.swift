import MioCore
import MioTestSupport

/// A source that threads of a scenario can hold, and that closes its descriptor when none of them does.
class SharedSource: DescriptorSource {
  func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    fatalError("a subclass has the descriptor")
  }

  /// Makes it readable, or no more.
  func set(isReadable: Bool) {}

  /// Whether its state says that it is registered.
  final var isRegistered: Bool { withRegistration { $1.isRegistered } }

  /// An operation would have blocked.
  final func wouldBlock(_ direction: Direction = .readable) {
    _ = withIO(direction) { _ -> Int? in nil }
  }
}

/// A source of a model kernel.
final class KernelSource: SharedSource {
  private let kernel: any ModelKernel
  private let number: Descriptor
  private let state = RegistrationState()

  init(_ kernel: any ModelKernel, isReadable: Bool) {
    self.kernel = kernel
    number = kernel.open(isReadable: isReadable)
  }

  deinit {
    state.sourceWillClose()
    kernel.close(number)
  }

  override func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(number, state)
  }

  override func set(isReadable: Bool) { kernel.set(number, isReadable: isReadable) }
}

/// A source of the mock selector.
final class SharedMockSource: SharedSource {
  private let source = MockSource()

  init(isReadable: Bool) {
    super.init()
    set(isReadable: isReadable)
  }

  override func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.withRegistration(body)
  }

  override func set(isReadable: Bool) { source.readiness = isReadable ? .readable : [] }
}
