public import MioCore

/// A call that a ``MockSelector`` got.
public enum MockCall: Equatable, Sendable {
  /// `register`.
  case register(Descriptor, Token, Interest, TriggerMode)
  /// `reregister`.
  case reregister(Descriptor, Token, Interest, TriggerMode)
  /// `deregister`.
  case deregister(Descriptor)
  /// `duplicate`.
  case duplicate
  /// The first waker's kernel object was made.
  case prepareWaking
  /// A wake that went through the kernel.
  case signal
  /// A wait: for how many records, and how long.
  case wait(capacity: Int, WaitTime)
}
