public import MioCore

/// A call that a ``MockSelector`` received.
public enum MockCall: Equatable, Sendable {
  /// A call of `register`.
  case register(Descriptor, Token, Interest, TriggerMode)
  /// A call of `reregister`.
  case reregister(Descriptor, Token, Interest, TriggerMode)
  /// A call of `deregister`.
  case deregister(Descriptor)
  /// A call of `duplicate`.
  case duplicate
  /// The creation of the first waker's kernel object.
  case prepareWaking
  /// A wake that signaled the kernel object.
  case signal
  /// A wait, with the capacity of its buffer and its time limit.
  case wait(capacity: Int, WaitTime)
}
