public import MioCore

/// A source that several threads share, and that a scripted kernel identifies by its number.
public final class SharedSource: DescriptorSource, Sendable {
  private let source: BorrowedDescriptor

  /// Creates a source with this descriptor number, which does not have to be open.
  public init(_ number: Int32) {
    source = BorrowedDescriptor(Descriptor(number))
  }

  /// Calls `body` with the descriptor and its registration state.
  public func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.withRegistration(body)
  }
}

extension Locked where Value == [IOError] {
  /// Records the error of an operation, if it throws one.
  public func collect(_ operation: () throws(IOError) -> Void) {
    do throws(IOError) {
      try operation()
    } catch {
      withLock { $0.append(error) }
    }
  }
}
