/// A parser that finds the end of a request's body in bytes that arrive in pieces.
///
/// It keeps no byte of the body. It refuses deviations from RFC 9112, as ``HTTPRequestParser`` does.
struct HTTPBody {
  /// The result of parsing.
  enum Finding {
    /// The end of the body has not arrived yet.
    case incomplete
    case complete
    /// The body is not allowed, and the start of the next request is unknown.
    case refused(HTTPStatus)
  }

  /// The next part of the body.
  private enum Part {
    /// The bytes of a body whose length the head has announced.
    case content
    /// The line with the size of a chunk (section 7.1).
    case chunkSize
    case chunkData
    /// The end of the line after the data of a chunk.
    case chunkEnd
    /// The fields after the last chunk, and the empty line at their end.
    case trailers
  }

  private var part: Part
  private var lines = HTTPLines()

  /// The number of bytes of the content, or of the data of the chunk, that have not arrived yet.
  private var dataRest: Int

  /// The number of bytes that the body may still have.
  ///
  /// All bytes of a chunked body count, because a chunk of one byte can have a long extension.
  private var bodyRest = HTTPRequest.longestBody

  /// The number of bytes that the trailers may still have.
  private var trailerRest: Int

  /// Creates a parser for the body of a request.
  init(of request: HTTPRequest) {
    part = request.isChunked ? .chunkSize : .content
    dataRest = request.bodyLength
    trailerRest = HTTPRequest.longestHead - request.headLength
  }

  /// The status for a line that is too long.
  var statusOfLongLine: HTTPStatus { part == .trailers ? .headerFieldsTooLarge : .badRequest }

  /// Parses up to the end of the body.
  ///
  /// - Parameter bytes: The bytes that the last call has not consumed, and the bytes that have
  ///   arrived since then.
  /// - Returns: The result, and the number of bytes that are consumed.
  mutating func parse(_ bytes: Span<UInt8>) -> (finding: Finding, consumed: Int) {
    let finding = find(bytes)
    let consumed = lines.end
    lines.rebase()
    return (finding, consumed)
  }

  private mutating func find(_ bytes: Span<UInt8>) -> Finding {
    while true {
      if part == .content || part == .chunkData {
        let count = min(dataRest, bytes.count - lines.end)
        lines.skip(count)
        dataRest -= count
        if dataRest > 0 { return .incomplete }
        if part == .content { return .complete }
        part = .chunkEnd
      }
      switch lines.next(in: bytes) {
      case .incomplete: return .incomplete
      case .malformed: return .refused(.badRequest)
      case .line(let line): if let finding = parseLine(bytes, line) { return finding }
      }
    }
  }

  /// - Returns: The result, or `nil` if the body continues.
  private mutating func parseLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Finding? {
    bodyRest -= line.count + 2
    if bodyRest < 0 { return .refused(.contentTooLarge) }
    switch part {
    case .content, .chunkData: return nil
    case .chunkSize: return parseSize(bytes, line)
    case .chunkEnd:
      part = .chunkSize
      return line.isEmpty ? nil : .refused(.badRequest)
    case .trailers:
      if line.isEmpty { return .complete }
      trailerRest -= line.count + 2
      if trailerRest < 0 { return .refused(.headerFieldsTooLarge) }
      // The fields have no effect. They come too late to change the meaning of the request.
      return bytes.fieldColon(in: line) == nil ? .refused(.badRequest) : nil
    }
  }

  /// Section 7.1: `chunk-size [ chunk-ext ]`.
  private mutating func parseSize(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Finding? {
    var size = 0
    var end = line.lowerBound
    while end < line.upperBound, let digit = bytes[end].hexadecimalValue {
      size = size << 4 | digit
      if size > bodyRest { return .refused(.contentTooLarge) }
      end += 1
    }
    // Extensions have no effect. White space is allowed before them, and nowhere else.
    let rest = end..<line.upperBound
    guard end > line.lowerBound, rest.isEmpty || bytes.beginsWithSemicolon(bytes.trimmed(rest))
    else { return .refused(.badRequest) }
    bodyRest -= size
    dataRest = size
    part = size == 0 ? .trailers : .chunkData
    return nil
  }
}

extension Span<UInt8> {
  fileprivate func beginsWithSemicolon(_ range: Range<Int>) -> Bool {
    !range.isEmpty && self[range.lowerBound] == .semicolon
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit.
  fileprivate var hexadecimalValue: Int? {
    if isDigit { return Int(self & 0x0F) }
    return (0x61...0x66).contains(self | 0x20) ? Int(self & 0x0F) + 9 : nil
  }
}
