public import MioCore

/// A source that a scripted kernel knows by its number, for several threads.
public final class SharedSource: DescriptorSource, Sendable {
  private let source: BorrowedDescriptor

  /// Creates a source for a number, which need not be open.
  public init(_ number: Int32) {
    source = BorrowedDescriptor(Descriptor(number))
  }

  /// Lends the descriptor and its registration.
  public func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.withRegistration(body)
  }
}

extension Locked where Value == [IOError] {
  /// Keeps the error of an operation, if there is one.
  public func collect(_ operation: () throws(IOError) -> Void) {
    do throws(IOError) {
      try operation()
    } catch {
      withLock { $0.append(error) }
    }
  }
}
