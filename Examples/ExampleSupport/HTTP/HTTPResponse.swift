import MioCore

/// The answer to a request.
struct HTTPResponse {
  /// The maximum length of an answer.
  static var longest: Int { 256 }

  let status: HTTPStatus

  /// Whether the client requested only the head.
  var isHead = false

  /// Whether this is the last answer on the connection.
  var closes = true

  /// Whether the answer must announce that the connection stays open, because HTTP/1.0 closes it
  /// otherwise.
  var saysKeepAlive = false

  /// Creates the answer to a refused request, after which no other request can be read.
  init(refusing status: HTTPStatus) {
    self.status = status
  }

  /// Creates the answer to a request.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - bytes: The bytes that the ranges of the request refer to.
  init(to request: HTTPRequest, in bytes: Span<UInt8>) {
    isHead = bytes.isExactly("HEAD", at: request.method)
    closes = !request.keepsAlive
    saysKeepAlive = request.minorVersion == 0
    guard isHead || bytes.isExactly("GET", at: request.method) else {
      status = .methodNotAllowed
      return
    }
    guard let path = request.path(in: bytes) else {
      status = .badRequest
      return
    }
    status = path.isEmpty || bytes.isExactly("/", at: path) ? .ok : .notFound
  }

  /// Appends the answer to a buffer.
  ///
  /// The answer has no `Date` field. A server without a clock must not send one (RFC 9110, section
  /// 6.6.1), and this server has only the monotonic clock.
  func append(to output: inout StreamBuffer) {
    output.append("HTTP/1.1 ")
    output.append(status.line)
    output.append("\r\n")
    if status == .methodNotAllowed { output.append("Allow: GET, HEAD\r\n") }
    if closes {
      output.append("Connection: close\r\n")
    } else if saysKeepAlive {
      output.append("Connection: keep-alive\r\n")
    }
    guard status == .ok else {
      output.append("Content-Length: 0\r\n\r\n")
      return
    }
    output.append("Content-Type: text/plain\r\nContent-Length: 14\r\n\r\n")
    if !isHead { output.append("hello, world!\n") }
  }
}
