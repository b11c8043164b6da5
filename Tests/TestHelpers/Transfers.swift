import CLibrary
public import MioCore
public import MioNet
public import Testing

extension ByteReader where Self: ~Copyable {
  /// Reads once.
  ///
  /// - Returns: The bytes; empty at the end of the stream; `nil` if reading would block.
  /// - Throws: ``IOError`` if reading fails.
  public borrowing func receive(upTo count: Int = 4096) throws(IOError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    var room = buffer.mutableSpan
    guard let count = try read(into: &room) else { return nil }
    return Array(buffer[..<count])
  }

  /// Reads until the stream would block or ends.
  ///
  /// - Returns: The bytes.
  /// - Throws: ``IOError`` if reading fails.
  @discardableResult
  public borrowing func drain() throws(IOError) -> [UInt8] {
    var all: [UInt8] = []
    while let bytes = try receive(upTo: 64 * 1024), !bytes.isEmpty { all += bytes }
    return all
  }
}

extension ByteWriter where Self: ~Copyable {
  /// Writes once.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError`` if writing fails.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8]) throws(IOError) -> Int? {
    try write(bytes.span)
  }

  /// Writes until the stream would block.
  ///
  /// - Returns: The number of bytes that were written.
  /// - Throws: ``IOError`` if writing fails.
  @discardableResult
  public borrowing func fill() throws(IOError) -> Int {
    let bytes = [UInt8](repeating: 7, count: 64 * 1024)
    var total = 0
    while let count = try send(bytes) { total += count }
    return total
  }
}

extension StreamSocket where Self: ~Copyable {
  /// Peeks at the next bytes.
  ///
  /// - Returns: The bytes, which can still be read; empty at the end of the stream; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError`` if peeking fails.
  public borrowing func peeked(upTo count: Int = 4096) throws(IOError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    var room = buffer.mutableSpan
    guard let count = try peek(into: &room) else { return nil }
    return Array(buffer[..<count])
  }
}

extension TestPoll {
  /// Reads this number of bytes, or up to the end.
  ///
  /// It waits for an event whenever reading would block.
  ///
  /// - Parameters:
  ///   - count: The number of bytes to read.
  ///   - stream: The stream, which is registered with this poll for reading.
  ///   - token: The token of the registration.
  ///   - sourceLocation: The place at which a failure is reported.
  /// - Returns: The bytes.
  /// - Throws: ``IOError`` if reading fails.
  public func receive<Stream: ByteReader & ~Copyable>(
    _ count: Int, from stream: borrowing Stream, token: Token,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws(IOError) -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      if let bytes = try stream.receive(upTo: min(64 * 1024, count - all.count)) {
        if bytes.isEmpty { return all }
        all += bytes
      } else {
        try next(token, sourceLocation: sourceLocation, where: \.isReadable)
      }
    }
    return all
  }

  /// Writes all bytes.
  ///
  /// It waits for an event whenever writing would block.
  ///
  /// - Parameters:
  ///   - bytes: The bytes to write.
  ///   - stream: The stream, which is registered with this poll for writing.
  ///   - token: The token of the registration.
  ///   - sourceLocation: The place at which a failure is reported.
  /// - Throws: ``IOError`` if writing fails.
  public func send<Stream: ByteWriter & ~Copyable>(
    _ bytes: [UInt8], to stream: borrowing Stream, token: Token,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws(IOError) {
    var sent = 0
    while sent < bytes.count {
      if let count = try stream.write(bytes.span.extracting(sent..<bytes.count)) {
        sent += count
      } else {
        try next(token, sourceLocation: sourceLocation, where: \.isWritable)
      }
    }
  }
}

extension TCPStream {
  /// Sends a byte of urgent data.
  ///
  /// - Returns: 1 if it was sent, or -1.
  public borrowing func sendUrgently(_ byte: UInt8) -> Int {
    let count = try? send([byte].span, ancillary: AncillaryData(), flags: Int32(MSG_OOB))
    return count ?? -1
  }
}
