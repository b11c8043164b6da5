/// The status of an answer.
enum HTTPStatus {
  case ok
  case badRequest
  case notFound
  case methodNotAllowed
  case contentTooLarge
  case uriTooLong
  case expectationFailed
  case headerFieldsTooLarge
  case notImplemented
  case versionNotSupported

  /// The status code and the reason phrase.
  var line: StaticString {
    switch self {
    case .ok: "200 OK"
    case .badRequest: "400 Bad Request"
    case .notFound: "404 Not Found"
    case .methodNotAllowed: "405 Method Not Allowed"
    case .contentTooLarge: "413 Content Too Large"
    case .uriTooLong: "414 URI Too Long"
    case .expectationFailed: "417 Expectation Failed"
    case .headerFieldsTooLarge: "431 Request Header Fields Too Large"
    case .notImplemented: "501 Not Implemented"
    case .versionNotSupported: "505 HTTP Version Not Supported"
    }
  }
}
