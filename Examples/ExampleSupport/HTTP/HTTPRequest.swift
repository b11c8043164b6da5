/// The head of a request: the parts of its request line and its header fields that the server
/// needs.
struct HTTPRequest {
  /// The maximum length of a head, including the empty line at its end.
  static var longestHead: Int { 8192 }

  /// The maximum length of a body.
  static var longestBody: Int { 1 << 20 }

  /// The range of the method, relative to the start of the head.
  var method = 0..<0

  /// The range of the target, relative to the start of the head.
  var target = 0..<0

  /// The digit after `HTTP/1.`.
  var minorVersion = 1

  /// The number of bytes of the head, including the empty line at its end.
  var headLength = 0

  /// The number of bytes that follow the head, unless the body is chunked.
  var bodyLength = 0

  /// Whether a body of chunks follows the head.
  var isChunked = false

  /// Whether the client waits for `100 Continue` before it sends the body.
  var expectsContinue = false

  /// Whether another request may follow on the connection.
  var keepsAlive = true
}

extension HTTPRequest {
  /// Returns the range of the target's path without the query, or `nil` if the target has no path.
  ///
  /// A server must accept `http://host/path` as `/path` (RFC 9112, section 3.2.2). An empty path is
  /// equivalent to `/`, but its range is empty, because the bytes contain no path.
  func path(in bytes: Span<UInt8>) -> Range<Int>? {
    var start = target.lowerBound
    if bytes[start] != .slash {
      guard let authority = authorityStart(in: bytes) else { return nil }
      start = authority
      while start < target.upperBound, bytes[start] != .slash, bytes[start] != .questionMark {
        start += 1
      }
      if start == authority { return nil }
    }
    var end = start
    while end < target.upperBound, bytes[end] != .questionMark { end += 1 }
    return start..<end
  }

  private func authorityStart(in bytes: Span<UInt8>) -> Int? {
    for scheme in ["http://", "https://"] {
      let end = target.lowerBound + scheme.utf8.count
      if end <= target.upperBound, bytes.holds(scheme, at: target.lowerBound..<end) { return end }
    }
    return nil
  }
}

// MARK: - Bytes

extension UInt8 {
  static var tab: UInt8 { 0x09 }
  static var lineFeed: UInt8 { 0x0A }
  static var carriageReturn: UInt8 { 0x0D }
  static var space: UInt8 { 0x20 }
  static var comma: UInt8 { 0x2C }
  static var slash: UInt8 { 0x2F }
  static var colon: UInt8 { 0x3A }
  static var semicolon: UInt8 { 0x3B }
  static var questionMark: UInt8 { 0x3F }
  static var delete: UInt8 { 0x7F }

  var isDigit: Bool { (0x30...0x39).contains(self) }

  var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }

  var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension Span<UInt8> {
  /// Whether a range contains this text, which is in lower case.
  ///
  /// The comparison ignores case.
  func holds(_ text: String, at range: Range<Int>) -> Bool {
    let text = text.utf8
    guard text.count == range.count else { return false }
    var position = range.lowerBound
    for byte in text {
      if self[position].lowercased != byte { return false }
      position += 1
    }
    return true
  }
}
