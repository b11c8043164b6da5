/// The directions to shut down.
@frozen
public enum ShutdownDirections: Sendable, Hashable {
  /// Reading: no more data will be read.
  case read
  /// Writing: no more data will be written, and the peer reads the end of the stream.
  case write
  /// Both directions.
  case both
}
