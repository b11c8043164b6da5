import CMioSocket
public import MioCore

/// A file descriptor with an owner, which closes it when the value goes out of scope.
///
/// Each descriptor that comes with a message is an owned descriptor, whatever it refers to. Pass it
/// to the `init(adopting:)` of a source, or take it with ``take()``.
@safe
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor.
  ///
  /// This value keeps ownership of it.
  public private(set) var descriptor: Descriptor

  /// Opens the file of a descriptor again, such as a terminal, a pipe, or standard input.
  ///
  /// Adopting a descriptor makes it non-blocking for every process that shares the open file. If a
  /// program adopts its standard input, reading fails in other programs that have the same standard
  /// input. The new open file has its own flags and its own position. It begins with the `O_APPEND`
  /// flag and the position of the descriptor. Closing it leaves the descriptor open:
  ///
  ///     let input = try PipeReceiver(adopting: OwnedDescriptor(reopening: Descriptor(STDIN_FILENO)))
  ///
  /// - Parameter descriptor: A descriptor of any file that is not a socket. A socket cannot be
  ///   opened again.
  /// - Throws: ``IOError`` with the kind `.badDescriptor`; `.permissionDenied` if this process may
  ///   not open the file; `.unsupported` on systems other than Linux; or another from `open(2)`.
  /// - SeeAlso: `open(2)`; `/proc/self/fd` in `proc(5)`.
  public init(reopening descriptor: Descriptor) throws(IOError) {
    let result = try IOError.check(c_mio_reopen(descriptor.rawValue), .open)
    self.descriptor = Descriptor(rawValue: result)
  }

  /// Takes ownership of a descriptor.
  public init(owning descriptor: Descriptor) {
    self.descriptor = descriptor
  }

  deinit {
    if descriptor.rawValue >= 0 { _ = c_mio_close(descriptor.rawValue) }
  }

  /// Gives up ownership of the descriptor and returns it.
  public consuming func take() -> Descriptor {
    let taken = descriptor
    descriptor = Descriptor(-1)
    return taken
  }

  /// Returns another descriptor for the same open file, which is close-on-exec.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`, or another.
  /// - SeeAlso: `fcntl(2)`, `F_DUPFD_CLOEXEC`.
  public borrowing func duplicate() throws(IOError) -> OwnedDescriptor {
    try descriptor.duplicate()
  }

  /// Closes the descriptor.
  ///
  /// - Throws: ``IOError`` from `close(2)`. The descriptor is closed even if the call throws.
  public consuming func close() throws(IOError) {
    try IOError.check(c_mio_close(take().rawValue), .close)
  }
}

extension Descriptor {
  func duplicate() throws(IOError) -> OwnedDescriptor {
    let result = try IOError.check(c_mio_duplicate(rawValue), .duplicate)
    return OwnedDescriptor(owning: Descriptor(rawValue: result))
  }
}
