public import MioCore
import MioNet
public import MioTestSupport

extension Loopback {
  /// Creates a TCP listener for the conformance checks.
  ///
  /// - Throws: ``IOError`` if listening fails.
  public static func boundListener<S: Selector & ~Copyable>(
    for selector: S.Type
  ) throws(IOError) -> BoundListener<S> {
    let listener = try listener()
    let address = try listener.localAddress
    let holder = ListenerHolder(listener)
    return BoundListener(
      register: { registry throws(IOError) in try holder.register(registry) },
      close: { holder.close() },
      bindAgain: { () throws(IOError) in _ = try TCPListener(bindingTo: address) })
  }
}

/// A holder of a listener for closures.
private final class ListenerHolder: @unchecked Sendable {
  // Safety of `@unchecked`: only one thread uses it.

  private var listener: TCPListener?

  init(_ listener: consuming TCPListener) {
    self.listener = consume listener
  }

  func register<S: Selector & ~Copyable>(_ registry: borrowing Registry<S>) throws(IOError) {
    switch listener {
    case .some(let listener): try registry.register(listener, token: 1, interest: .readable)
    case .none: throw IOError(.badDescriptor, operation: .register)
    }
  }

  func close() {
    listener = nil
  }
}
