/// A source that keeps an error which came while nobody was calling: sockets.
public protocol PendingErrorSource: Source, ~Copyable {
  /// Takes the error, such as that of a failed connect, and clears it.
  ///
  /// - Returns: The error, `nil` if there is none.
  /// - Throws: ``IOError`` if the system does not even say that.
  borrowing func takeError() throws(IOError) -> IOError?
}
