/// Finds the head of a request in bytes that come in pieces.
///
/// It copies nothing and looks at each byte once or twice, however small the pieces are. What is not exactly as
/// RFC 9112 has it is refused: a recipient that repairs a request may understand it otherwise than a proxy before
/// it, and then a body is taken for a request.
struct HTTPRequestParser {
  /// What was found.
  enum Finding {
    /// The head has no end yet.
    case incomplete
    case complete(HTTPRequest)
    /// The request cannot be served, and nobody knows where the next begins.
    case refused(HTTPStatus)
  }

  private var request = HTTPRequest()
  private var fields = HTTPFields()
  private var lineStart = 0
  private var scanned = 0

  /// Whether the end of the request line was not seen yet.
  private(set) var isInRequestLine = true

  /// Goes on to the end of the head.
  ///
  /// - Parameter bytes: All that has come of the request, from its first byte on: what was there at the last call,
  ///   and what has come since.
  /// - Returns: What was found. After a complete head the parser is ready for the next request.
  mutating func parse(_ bytes: Span<UInt8>) -> Finding {
    while scanned < bytes.count {
      let byte = bytes[scanned]
      scanned += 1
      guard byte == .lineFeed else { continue }
      // A lone line feed may end a line for one recipient and not for another.
      let end = scanned - 2
      guard end >= lineStart, bytes[end] == .carriageReturn else { return .refused(.badRequest) }
      if let finding = parseLine(bytes, lineStart..<end) { return finding }
      lineStart = scanned
    }
    return .incomplete
  }

  /// - Returns: What was found, `nil` if the head goes on.
  private mutating func parseLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Finding? {
    if line.isEmpty {
      // Clients of old send an empty line after a body (section 2.2).
      return isInRequestLine ? nil : finish()
    }
    if bytes.hasControls(in: line) { return .refused(.badRequest) }
    if isInRequestLine {
      isInRequestLine = false
      return parseRequestLine(bytes, line).map { .refused($0) }
    }
    return fields.take(bytes, line) ? nil : .refused(.badRequest)
  }

  /// Section 3: `method SP request-target SP HTTP-version`.
  ///
  /// - Returns: Why the line is refused, `nil` if it is not.
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
    request.headLength = scanned
    let complete = request
    self = HTTPRequestParser()
    return .complete(complete)
  }
}

// MARK: - Bytes

extension Span<UInt8> {
  /// Whether a line has control characters, which are allowed nowhere, but for the tab.
  fileprivate func hasControls(in line: Range<Int>) -> Bool {
    for position in line {
      let byte = self[position]
      if byte < .space && byte != .tab || byte == .delete { return true }
    }
    return false
  }

  func position(of byte: UInt8, in range: Range<Int>) -> Int? {
    for position in range where self[position] == byte { return position }
    return nil
  }

  /// Whether a range is a token (RFC 9110, section 5.6.2): a method, or the name of a field.
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

  /// Whether a range may be the target of a request: visible characters of ASCII.
  fileprivate func isTarget(_ range: Range<Int>) -> Bool {
    for position in range where self[position] <= .space || self[position] >= .delete {
      return false
    }
    return !range.isEmpty
  }

  /// Whether a text stands in a range, letter by letter.
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
