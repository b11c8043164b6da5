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

  /// Opens anew what a descriptor stands for, such as a terminal, a pipe, or standard input.
  ///
  /// Adopting a descriptor makes it non-blocking for everybody who shares the open file: after a program has
  /// adopted its standard input, reading fails in other programs that have the same. What is opened anew has
  /// flags of its own, and closing it leaves the descriptor open:
  ///
  ///     let input = try PipeReceiver(adopting: OwnedDescriptor(reopening: Descriptor(STDIN_FILENO)))
  ///
  /// - Parameter descriptor: A descriptor of anything but a socket.
  /// - Throws: ``IOError`` with the kind `.badDescriptor`; `.permissionDenied` if the file may not be opened by
  ///   this process; `.unsupported` except on Linux, where a descriptor has a name (`proc(5)`, `/proc/self/fd`);
  ///   or another, of `open(2)`. Sockets cannot be opened.
  public init(reopening descriptor: Descriptor) throws(IOError) {
    let result = c_mio_reopen(descriptor.rawValue)
    if result < 0 { try IOError.raise(result, .open) }
    self.descriptor = Descriptor(rawValue: result)
  }

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
