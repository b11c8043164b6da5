public import MioCore
public import MioNet

/// A stream whose connection can end with a reset.
///
/// A peer takes an orderly end for the end of the data. A program that cannot send all data resets
/// the connection instead.
public protocol ResettableStream: ByteStream, ~Copyable {
  /// Resets the connection, now or when the stream is closed.
  ///
  /// Data that has not arrived yet is lost.
  borrowing func reset()
}

extension TCPStream: ResettableStream {
  /// Makes closing the stream reset the connection.
  ///
  /// If the option cannot be set, as on Apple's systems for a connection that has ended, closing is
  /// orderly.
  public borrowing func reset() {
    try? set(.linger, to: .zero)
  }
}
