/// A parser that finds the head of a request in bytes that arrive in pieces.
///
/// It copies nothing, and looks at each byte at most twice, however small the pieces are. It
/// refuses every deviation from RFC 9112. A recipient that repairs a request may interpret it
/// differently than a proxy in front of it. A body could then be taken for a request.
struct HTTPRequestParser {
  /// The result of parsing.
  enum Finding {
    /// The end of the head has not arrived yet.
    case incomplete
    case complete(HTTPRequest)
    /// The request cannot be served, and the start of the next request is unknown.
    case refused(HTTPStatus)
  }

  private var request = HTTPRequest()
  private var fields = HTTPFields()
  private var lines = HTTPLines()

  /// Whether the end of the request line has not been found yet.
  private(set) var isInRequestLine = true

  /// Parses up to the end of the head.
  ///
  /// - Parameter bytes: All bytes of the request that have arrived so far: the bytes of the last
  ///   call, and the bytes that have arrived since then.
  /// - Returns: The result. After a complete head the parser is ready for the next request.
  mutating func parse(_ bytes: Span<UInt8>) -> Finding {
    while true {
      switch lines.next(in: bytes) {
      case .incomplete: return .incomplete
      case .malformed: return .refused(.badRequest)
      case .line(let line): if let finding = parseLine(bytes, line) { return finding }
      }
    }
  }

  /// - Returns: The result, or `nil` if the head continues.
  private mutating func parseLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Finding? {
    if line.isEmpty {
      // Old clients send an empty line after a body (section 2.2).
      return isInRequestLine ? nil : finish()
    }
    if isInRequestLine {
      isInRequestLine = false
      return parseRequestLine(bytes, line).map { .refused($0) }
    }
    return fields.take(bytes, line) ? nil : .refused(.badRequest)
  }

  /// Section 3: `method SP request-target SP HTTP-version`.
  ///
  /// - Returns: The reason why the line is refused, or `nil` if it is not refused.
  private mutating func parseRequestLine(
    _ bytes: Span<UInt8>, _ line: Range<Int>
  ) -> HTTPStatus? {
    guard let first = bytes.position(of: .space, in: line),
      let second = bytes.position(of: .space, in: first + 1..<line.upperBound)
    else { return .badRequest }
    request.method = line.lowerBound..<first
    request.target = first + 1..<second
    guard bytes.isToken(request.method), bytes.isTarget(request.target) else { return .badRequest }
    return parseVersion(bytes, second + 1..<line.upperBound)
  }

  private mutating func parseVersion(_ bytes: Span<UInt8>, _ version: Range<Int>) -> HTTPStatus? {
    let digits = version.lowerBound + 5
    guard version.count == 8, bytes.isExactly("HTTP/", at: version.lowerBound..<digits),
      bytes[digits].isDigit, bytes[digits + 1] == UInt8(ascii: "."), bytes[digits + 2].isDigit
    else { return .badRequest }
    guard bytes[digits] == UInt8(ascii: "1") else { return .versionNotSupported }
    request.minorVersion = Int(bytes[digits + 2] - UInt8(ascii: "0"))
    return nil
  }

  private mutating func finish() -> Finding {
    if let status = fields.apply(to: &request) { return .refused(status) }
    request.headLength = lines.end
    let complete = request
    self = HTTPRequestParser()
    return .complete(complete)
  }
}

// MARK: - Bytes

extension Span<UInt8> {
  func position(of byte: UInt8, in range: Range<Int>) -> Int? {
    for position in range where self[position] == byte { return position }
    return nil
  }

  /// Whether a range is a token (RFC 9110, section 5.6.2), as a method and the name of a field are.
  func isToken(_ range: Range<Int>) -> Bool {
    for position in range {
      let byte = self[position]
      if byte.isLetter || byte.isDigit { continue }
      switch byte {
      case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
        UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
        UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        continue
      default: return false
      }
    }
    return !range.isEmpty
  }

  /// Whether a range can be the target of a request: it contains only visible ASCII characters.
  fileprivate func isTarget(_ range: Range<Int>) -> Bool {
    for position in range where self[position] <= .space || self[position] >= .delete {
      return false
    }
    return !range.isEmpty
  }

  /// Whether a range contains exactly this text.
  ///
  /// The comparison respects case.
  func isExactly(_ text: String, at range: Range<Int>) -> Bool {
    guard text.utf8.count == range.count else { return false }
    var position = range.lowerBound
    for byte in text.utf8 {
      if self[position] != byte { return false }
      position += 1
    }
    return true
  }
}
