/// The information in the header fields of a request that the server needs.
struct HTTPFields {
  private var hostCount = 0
  private var contentLength: Int?
  private var codings = TransferCodings()
  private var saysClose = false
  private var saysKeepAlive = false
  private var expectsContinue = false
  private var expectsMore = false

  /// Takes a field line.
  ///
  /// RFC 9112, section 5: `field-name ":" OWS field-value OWS`. White space before the colon is
  /// refused. A line that continues the previous line is refused as well, because its name would be
  /// empty or begin with white space.
  ///
  /// - Returns: Whether the line is a field, and the field is allowed.
  mutating func take(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    guard let colon = bytes.fieldColon(in: line) else { return false }
    let name = line.lowerBound..<colon
    let value = bytes.trimmed(colon + 1..<line.upperBound)
    if bytes.holds("host", at: name) { return takeHost(bytes, value) }
    if bytes.holds("content-length", at: name) { return takeContentLength(bytes, value) }
    if bytes.holds("transfer-encoding", at: name) {
      takeTransferEncoding(bytes, value)
    } else if bytes.holds("connection", at: name) {
      takeConnection(bytes, value)
    } else if bytes.holds("expect", at: name) {
      if bytes.holds("100-continue", at: value) {
        expectsContinue = true
      } else {
        expectsMore = true
      }
    }
    return true
  }

  /// Stores the information of the fields in a request.
  ///
  /// - Returns: The reason why the request is refused, or `nil` if it is not refused.
  func apply(to request: inout HTTPRequest) -> HTTPStatus? {
    let isOld = request.minorVersion == 0
    if hostCount == 0 && !isOld { return .badRequest }
    if codings.count > 0 {
      // Section 6.1: together with a length, or in a version without codings, the field is an
      // attempt to smuggle a request. Section 6.3: only the last coding can determine the length.
      if contentLength != nil || isOld || !codings.endWithChunked { return .badRequest }
      if codings.count > 1 { return .notImplemented }
      request.isChunked = true
    }
    request.bodyLength = contentLength ?? 0
    if request.bodyLength > HTTPRequest.longestBody { return .contentTooLarge }
    if expectsMore && !isOld { return .expectationFailed }
    let hasBody = request.isChunked || request.bodyLength > 0
    request.expectsContinue = expectsContinue && !isOld && hasBody
    request.keepsAlive = !saysClose && (!isOld || saysKeepAlive)
    return nil
  }
}

// MARK: - Fields

extension HTTPFields {
  /// Takes the host.
  ///
  /// Section 3.2: there is exactly one such field, and its value may be empty.
  private mutating func takeHost(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
    hostCount += 1
    return hostCount == 1 && bytes.isHost(value)
  }

  /// Takes the length of the body.
  ///
  /// Section 6.3: there is at most one such field, and it has only digits. A number that does not
  /// fit into a word is too large anyway.
  private mutating func takeContentLength(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
    guard contentLength == nil, !value.isEmpty else { return false }
    var length = 0
    for position in value {
      guard bytes[position].isDigit else { return false }
      let (product, overflows) = length.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = product.addingReportingOverflow(
        Int(bytes[position] - UInt8(ascii: "0")))
      length = overflows || overflowsToo ? .max : sum
    }
    contentLength = length
    return true
  }

  private mutating func takeConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
    var rest: Range<Int>? = value
    while let option = bytes.takeElement(from: &rest) {
      if bytes.holds("close", at: option) { saysClose = true }
      if bytes.holds("keep-alive", at: option) { saysKeepAlive = true }
    }
  }

  private mutating func takeTransferEncoding(_ bytes: Span<UInt8>, _ value: Range<Int>) {
    var rest: Range<Int>? = value
    while let coding = bytes.takeElement(from: &rest) {
      codings.append(isChunked: bytes.holds("chunked", at: coding))
    }
  }
}

/// The transfer codings of a body, in their order.
private struct TransferCodings {
  private(set) var count = 0

  /// Whether the last coding is `chunked`, and no other one is.
  private(set) var endWithChunked = false

  private var hasChunked = false

  mutating func append(isChunked: Bool) {
    count += 1
    endWithChunked = isChunked && !hasChunked
    if isChunked { hasChunked = true }
  }
}

extension Span<UInt8> {
  /// Returns the position of the colon in a field line.
  ///
  /// RFC 9112, section 5: the name before it is a token. The result is `nil` if it is not.
  func fieldColon(in line: Range<Int>) -> Int? {
    guard let colon = position(of: .colon, in: line), isToken(line.lowerBound..<colon) else {
      return nil
    }
    return colon
  }

  /// Takes the first element of a list that commas separate.
  ///
  /// An element may be empty. The list is `nil` after its last element.
  fileprivate func takeElement(from list: inout Range<Int>?) -> Range<Int>? {
    guard let range = list else { return nil }
    let comma = position(of: .comma, in: range)
    list = comma.map { $0 + 1..<range.upperBound }
    return trimmed(range.lowerBound..<(comma ?? range.upperBound))
  }

  /// Returns a range without the white space at its start and end.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start] == .space || self[start] == .tab { start += 1 }
    while start < end, self[end - 1] == .space || self[end - 1] == .tab { end -= 1 }
    return start..<end
  }

  /// Whether a range contains only characters that are allowed in a host and a port (RFC 3986,
  /// section 3.2.2).
  fileprivate func isHost(_ range: Range<Int>) -> Bool {
    for position in range {
      let byte = self[position]
      if byte.isLetter || byte.isDigit { continue }
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
        UInt8(ascii: "%"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
        UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
        UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="),
        UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
        continue
      default: return false
      }
    }
    return true
  }
}
