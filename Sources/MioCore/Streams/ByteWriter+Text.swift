extension ByteWriter where Self: ~Copyable {
  /// Writes as many bytes of a text in UTF-8 as there is room for, from its start.
  ///
  /// Nothing is allocated for a text that Swift has made. What is written may end amid a character: to go
  /// on after it, keep the bytes, `ContiguousArray(text.utf8)`, and write what is left of their span.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, `.notConnected` and others. No signal is
  ///   raised.
  @inlinable
  public borrowing func write(_ text: String) throws(IOError) -> Int? {
    // Only a variable lends its bytes; a copy shares them.
    var text = text
    let result = text.withUTF8 { unsafe writing($0) }
    return try result.get()
  }

  /// Writes as many bytes of a constant text in UTF-8 as there is room for, from its start.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, `.notConnected` and others. No signal is
  ///   raised.
  @inlinable
  public borrowing func write(_ text: StaticString) throws(IOError) -> Int? {
    let result = text.withUTF8Buffer { unsafe writing($0) }
    return try result.get()
  }

  // The standard library's functions for texts throw no error of a type.
  @inlinable
  borrowing func writing(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Int?, IOError> {
    do throws(IOError) {
      return .success(try unsafe write(UnsafeRawBufferPointer(bytes)))
    } catch {
      return .failure(error)
    }
  }
}
