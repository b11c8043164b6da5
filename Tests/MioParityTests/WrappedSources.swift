import MioCore
import TestHelpers

/// A user's own source, which is a class and passes all calls on.
final class WrappedSource<Inner: Source & ~Copyable>: Source {
  let inner: Inner

  init(_ inner: consuming Inner) {
    self.inner = inner
  }

  func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try inner.register(with: registry, token: token, interest: interest, mode: mode)
  }

  func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try inner.reregister(with: registry, token: token, interest: interest, mode: mode)
  }

  func deregister<S: Selector & ~Copyable>(from registry: borrowing Registry<S>) throws(IOError) {
    try inner.deregister(from: registry)
  }
}

/// A source that records the calls of a registry, and fails when a test requests it.
final class RecordingSource: Source {
  private(set) var changes: [RegistrationChange] = []
  private let error: IOError?

  init(failingWith error: IOError? = nil) {
    self.error = error
  }

  func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try record(.register(token, interest, mode))
  }

  func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try record(.reregister(token, interest, mode))
  }

  func deregister<S: Selector & ~Copyable>(from registry: borrowing Registry<S>) throws(IOError) {
    try record(.deregister)
  }

  private func record(_ change: RegistrationChange) throws(IOError) {
    changes.append(change)
    if let error { throw error }
  }
}
