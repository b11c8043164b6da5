import MioCore
import TestHelpers

/// A source that the scripted kernel knows by its number, for several threads.
final class SharedSource: DescriptorSource, Sendable {
  private let source: SourceDescriptor

  init(_ number: Int32) {
    source = SourceDescriptor(borrowing: Descriptor(number))
  }

  func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.withRegistration(body)
  }
}

extension Locked where Value == [IOError] {
  /// Keeps the error of an operation, if there is one.
  func collect(_ operation: () throws(IOError) -> Void) {
    do throws(IOError) {
      try operation()
    } catch {
      withLock { $0.append(error) }
    }
  }
}
