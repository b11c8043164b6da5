extension ByteWriter where Self: ~Copyable {
  /// Writes as many UTF-8 bytes of a text as fit, from its start.
  ///
  /// A native Swift string is written without an allocation. A write may end in the middle of a
  /// character. To continue after such a write, keep the bytes in `ContiguousArray(text.utf8)`, and
  /// write the rest of their span.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @inlinable
  public borrowing func write(_ text: String) throws(IOError) -> Int? {
    // `withUTF8` is mutating, so it needs a variable. The copy shares the bytes.
    var text = text
    let result = text.withUTF8 { unsafe writing($0) }
    return try result.get()
  }

  /// Writes as many UTF-8 bytes of a constant text as fit, from its start.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @inlinable
  public borrowing func write(_ text: StaticString) throws(IOError) -> Int? {
    let result = text.withUTF8Buffer { unsafe writing($0) }
    return try result.get()
  }

  // The standard library's functions that lend the bytes of a text have no typed errors.
  @inlinable
  borrowing func writing(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Int?, IOError> {
    do throws(IOError) {
      return .success(try unsafe write(UnsafeRawBufferPointer(bytes)))
    } catch {
      return .failure(error)
    }
  }
}
