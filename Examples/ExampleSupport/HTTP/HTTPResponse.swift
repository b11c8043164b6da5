import MioCore

/// The answer to a request.
struct HTTPResponse {
  /// No answer takes more room.
  static var longest: Int { 256 }

  let status: HTTPStatus

  /// Whether the client asked for the head alone.
  var isHead = false

  /// Whether no other answer follows on the connection.
  var closes = true

  /// Whether the client has to be told that another may follow: HTTP/1.0 closes otherwise.
  var saysKeepAlive = false

  /// Refuses a request after which nothing can be read.
  init(refusing status: HTTPStatus) {
    self.status = status
  }

  /// Answers a request.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - bytes: What its ranges refer to.
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

  /// Puts the answer into a buffer.
  ///
  /// There is no `Date`: a server without a clock must not send one (RFC 9110, section 6.6.1), and this one knows
  /// the monotonic clock alone.
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
