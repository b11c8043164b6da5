/// Which directions to shut down.
@frozen
public enum ShutdownDirections: Sendable, Hashable {
  /// Nothing more will be read.
  case read
  /// Nothing more will be written; the peer reads the end of the stream.
  case write
  /// Both.
  case both
}
