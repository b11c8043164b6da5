import CMioSocket
public import MioCore

/// A descriptor with an owner: it is closed when the value goes out of scope.
///
/// Descriptors that come with a message are such, whatever they stand for. Make a socket of one with its
/// `init(adopting:)`, or ``take()`` it.
@safe
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor.
  ///
  /// It stays this value's.
  public private(set) var descriptor: Descriptor

  /// Takes over a descriptor.
  public init(owning descriptor: Descriptor) {
    self.descriptor = descriptor
  }

  deinit {
    if descriptor.rawValue >= 0 { _ = c_mio_close(descriptor.rawValue) }
  }

  /// Gives the descriptor away.
  public consuming func take() -> Descriptor {
    let taken = descriptor
    descriptor = Descriptor(-1)
    return taken
  }

  /// Returns another descriptor for the same thing, close-on-exec.
  ///
  /// - Throws: ``IOError``, such as `.tooManyOpenFiles`.
  /// - SeeAlso: `fcntl(2)`, `F_DUPFD_CLOEXEC`.
  public borrowing func duplicate() throws(IOError) -> OwnedDescriptor {
    try descriptor.duplicate()
  }

  /// Closes the descriptor.
  ///
  /// - Throws: ``IOError`` from `close(2)`; the descriptor is closed all the same.
  public consuming func close() throws(IOError) {
    let result = c_mio_close(take().rawValue)
    if result < 0 { try IOError.raise(result, .close) }
  }
}

extension Descriptor {
  func duplicate() throws(IOError) -> OwnedDescriptor {
    let result = c_mio_duplicate(rawValue)
    if result < 0 { try IOError.raise(result, .duplicate) }
    return OwnedDescriptor(owning: Descriptor(rawValue: result))
  }
}
