import CLibrary
public import MioCore
public import MioNet
public import Testing

extension ByteReader where Self: ~Copyable {
  /// Reads once.
  ///
  /// - Returns: What came; empty at the end of the stream; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading does.
  public borrowing func receive(upTo count: Int = 4096) throws(IOError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    var room = buffer.mutableSpan
    guard let count = try read(into: &room) else { return nil }
    return Array(buffer[..<count])
  }

  /// Reads until it would block, or the end.
  ///
  /// - Returns: What came.
  /// - Throws: ``IOError``, as reading does.
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
  /// - Returns: How many bytes went, `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8]) throws(IOError) -> Int? {
    try write(bytes.span)
  }

  /// Writes until it would block.
  ///
  /// - Returns: How many bytes went.
  /// - Throws: ``IOError``, as writing does.
  @discardableResult
  public borrowing func fill() throws(IOError) -> Int {
    let bytes = [UInt8](repeating: 7, count: 64 * 1024)
    var total = 0
    while let count = try send(bytes) { total += count }
    return total
  }
}

extension StreamSocket where Self: ~Copyable {
  /// Looks once at what comes next.
  ///
  /// - Returns: What stays to be read; empty at the end of the stream; `nil` if reading would block.
  /// - Throws: ``IOError``, as peeking does.
  public borrowing func peeked(upTo count: Int = 4096) throws(IOError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    var room = buffer.mutableSpan
    guard let count = try peek(into: &room) else { return nil }
    return Array(buffer[..<count])
  }
}

extension TestPoll {
  /// Reads so many bytes, or up to the end, and waits for an event whenever reading would block.
  ///
  /// - Parameters:
  ///   - count: How many bytes to read.
  ///   - stream: Where from; registered with this poll for reading.
  ///   - token: The token that it was registered with.
  ///   - sourceLocation: Where a failure is reported.
  /// - Returns: What came.
  /// - Throws: ``IOError``, as reading does.
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

  /// Writes all bytes, and waits for an event whenever writing would block.
  ///
  /// - Parameters:
  ///   - bytes: What to write.
  ///   - stream: Where to; registered with this poll for writing.
  ///   - token: The token that it was registered with.
  ///   - sourceLocation: Where a failure is reported.
  /// - Throws: ``IOError``, as writing does.
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
  /// Sends a byte out of band.
  ///
  /// - Returns: 1, or -1.
  public borrowing func sendUrgently(_ byte: UInt8) -> Int {
    let count = try? send([byte].span, ancillary: AncillaryData(), flags: Int32(MSG_OOB))
    return count ?? -1
  }
}
