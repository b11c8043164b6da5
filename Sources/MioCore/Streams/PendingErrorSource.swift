/// A source that keeps an error which occurred outside of a call, such as a socket.
public protocol PendingErrorSource: Source, ~Copyable {
  /// Returns the pending error, such as that of a failed connect, and clears it.
  ///
  /// - Returns: The error, or `nil` if there is none.
  /// - Throws: ``IOError`` if the system cannot return the pending error.
  borrowing func takeError() throws(IOError) -> IOError?
}
