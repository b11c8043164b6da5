import Loom
import MioCore
import MioTestSupport

/// A source that threads of a scenario can hold: one end of a stream, whose peer is the scenario.
///
/// It is closed when no thread holds it any more.
class SharedSource: DescriptorSource {
  func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    fatalError("a subclass has the descriptor")
  }

  /// Makes the source readable.
  func peerWrites() {}

  /// Reads once, or returns `false` if that would block.
  func read() -> Bool { false }
}

extension SharedSource {
  /// Whether the state of the source indicates a registration.
  final var isRegistered: Bool { withRegistration { $1.isRegistered } }

  /// Reads until a read would block.
  final func drain() {
    while read() {}
  }
}

/// A source of a model kernel.
final class KernelSource: SharedSource {
  private let kernel: any ModelKernel
  private let number: Descriptor
  private let state = RegistrationState()
  private var amount: Int

  init(_ kernel: any ModelKernel, isReadable: Bool) {
    self.kernel = kernel
    number = kernel.open(isReadable: isReadable)
    amount = isReadable ? 1 : 0
  }

  deinit {
    state.sourceWillClose()
    Loom.step("close of the source")
    kernel.close(number)
  }

  override func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(number, state)
  }

  override func peerWrites() {
    Loom.step("peer writes")
    amount += 1
    kernel.set(number, isReadable: true)
  }

  override func read() -> Bool {
    let result: Int? = withIO(.readable) { descriptor in
      Loom.step("read")
      Loom.note("\(amount) left")
      if amount == 0 { return nil }
      amount -= 1
      if amount == 0 { kernel.set(descriptor, isReadable: false) }
      return 1
    }
    return result != nil
  }
}

/// A source of the mock selector.
final class MockStreamSource: SharedSource {
  private let ends = MockStream.pair()

  init(isReadable: Bool) {
    super.init()
    if isReadable { peerWrites() }
  }

  override func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try ends.first.withRegistration(body)
  }

  override func peerWrites() {
    let byte: [UInt8] = [1]
    Loom.check((try? ends.second.write(byte.span.bytes)) == 1, "a mock stream takes no byte")
  }

  override func read() -> Bool {
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    return (try? ends.first.read(into: &room)) == 1
  }
}
