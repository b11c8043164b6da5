import Glibc
public import MioCore

/// Named pipes whose names are already removed.
public enum FIFO {
  /// Creates and opens a FIFO.
  ///
  /// - Parameter access: `O_RDONLY` or `O_RDWR`.
  /// - Returns: The descriptor, which is non-blocking.
  /// - Throws: ``IOError`` if opening fails.
  public static func open(_ access: Int32) throws(IOError) -> Descriptor {
    let folder = TemporaryFolder()
    let path = folder.file("fifo")
    guard unsafe mkfifo(path, 0o600) == 0 else { throw IOError(code: errno, operation: .create) }
    return try file(path, access)
  }

  /// Opens a FIFO again for writing.
  ///
  /// - Returns: The descriptor, which is non-blocking.
  /// - Throws: ``IOError`` if opening fails.
  public static func writer(of reader: Descriptor) throws(IOError) -> Descriptor {
    try file("/proc/self/fd/\(reader.fileDescriptor)", O_WRONLY)
  }

  private static func file(_ path: String, _ access: Int32) throws(IOError) -> Descriptor {
    let number = unsafe Glibc.open(path, access | O_NONBLOCK | O_CLOEXEC)
    if number < 0 { throw IOError(code: errno, operation: .create) }
    return Descriptor(number)
  }
}
