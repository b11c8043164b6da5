import MioCore
import TestHelpers

/// A source of a user's own that passes everything on, and is itself a class.
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

/// A source that writes down what a registry asks of it, and fails on request.
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
