import CMioSocket
public import MioCore

extension StreamSocket where Self: ~Copyable {
  /// Writes a part of a file, which does not pass through the program's memory.
  ///
  ///     while offset < size, let count = try stream.write(
  ///       contentsOf: file, at: offset, count: size - offset), count > 0
  ///     {
  ///       offset += count
  ///     }
  ///
  /// The file's own position is neither used nor changed. Reading from a slow disk holds the thread up, as
  /// any access to a file does.
  ///
  /// - Parameters:
  ///   - file: An open file; on Linux anything that can be mapped into memory, on Apple's systems a regular
  ///     file only.
  ///   - offset: Where the part begins, in bytes.
  ///   - count: How long it is; what the file does not have is not written.
  /// - Returns: How many bytes were written; 0 at the end of the file, or if `count` is 0; `nil` if writing
  ///   would block.
  /// - Throws: ``IOError``, as writing does; `.unsupported` on OpenBSD, NetBSD and Windows; `.badDescriptor` or
  ///   `.invalidArgument` for what cannot be sent so, or an `offset` or a `count` below zero.
  /// - SeeAlso: `sendfile(2)`.
  public borrowing func write(
    contentsOf file: Descriptor, at offset: Int, count: Int
  ) throws(IOError) -> Int? {
    guard offset >= 0, count >= 0 else { try IOError.raise(.invalidArgument, .write) }
    return try transfer(.writable, .write) {
      c_mio_send_file($0, file.rawValue, Int64(offset), count)
    }
  }
}
