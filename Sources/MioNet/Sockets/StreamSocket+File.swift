import CMioSocket
public import MioCore

extension StreamSocket where Self: ~Copyable {
  /// Writes a part of a file without copying it through the memory of the program.
  ///
  ///     while offset < size, let count = try stream.write(
  ///       contentsOf: file, at: offset, count: size - offset), count > 0
  ///     {
  ///       offset += count
  ///     }
  ///
  /// The call neither uses nor changes the file offset of `file`. Like any access to a file, it
  /// blocks the thread while a slow disk is read.
  ///
  /// - Parameters:
  ///   - file: An open file; on Linux any file that can be mapped into memory, on Apple's systems
  ///     only a regular file.
  ///   - offset: The start of the part, in bytes.
  ///   - count: The length of the part, in bytes. The call writes only bytes that the file has.
  /// - Returns: The number of bytes that were written; 0 at the end of file, or if `count` is 0;
  ///   `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does; `.unsupported` on OpenBSD, NetBSD and Windows;
  ///   `.badDescriptor` or `.invalidArgument` for a file that cannot be sent this way, or for an
  ///   `offset` or a `count` below zero.
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
