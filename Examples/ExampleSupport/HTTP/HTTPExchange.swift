public import MioCore

/// The received requests and the pending answers of an HTTP connection, without the connection.
///
/// Requests are answered in order (RFC 9112, section 9.3.2), and only while the answers fit into
/// the output. A client that sends requests but does not read the answers is therefore not read any
/// further.
@usableFromInline
struct HTTPExchange {
  /// The received bytes, at most as many as the longest head has.
  ///
  /// A head that does not end within them is too large.
  @usableFromInline
  var input = StreamBuffer()

  /// The answers that are not sent yet, at most ``outputLimit`` bytes.
  @usableFromInline
  var output = StreamBuffer()

  @usableFromInline
  static var inputLimit: Int { HTTPRequest.longestHead }

  private static let outputLimit = 4096

  /// Whether the last answer was given.
  ///
  /// All bytes that arrive after it are discarded.
  @usableFromInline
  private(set) var isEnding = false

  /// The number of answered requests.
  @usableFromInline
  private(set) var answerCount = 0

  private var parser = HTTPRequestParser()

  /// The body that has not arrived completely yet, and the answer that is given after it.
  private var awaited: (body: HTTPBody, answer: HTTPResponse)?

  @usableFromInline
  init() {}

  /// Whether requests must be answered before more bytes can be read.
  @usableFromInline
  var isInputFull: Bool { input.count >= Self.inputLimit }

  /// Reads once.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream; `nil` if reading
  ///   would block.
  @inlinable
  mutating func fill<Stream: ByteReader & ~Copyable>(
    from stream: borrowing Stream
  ) throws(IOError) -> Int? {
    try input.fill(from: stream, upTo: Self.inputLimit)
  }

  /// Answers the received requests, as long as the answers fit into the output.
  @usableFromInline
  mutating func answer() {
    while !isEnding, output.count <= Self.outputLimit - HTTPResponse.longest {
      guard awaited == nil ? parse() : skipBody() else { return }
    }
    if isEnding { input.removeAll() }
  }

  /// Parses up to the end of a head.
  ///
  /// - Returns: Whether a head was found or refused; `false` if more bytes are needed.
  private mutating func parse() -> Bool {
    // The parser is copied, because `self` cannot be changed while the bytes of the input are used.
    var parser = parser
    let finding = input.withBytes { parser.parse($0) }
    self.parser = parser
    switch finding {
    case .incomplete where isInputFull:
      give(HTTPResponse(refusing: parser.isInRequestLine ? .uriTooLong : .headerFieldsTooLarge))
    case .incomplete:
      return false
    case .refused(let status):
      give(HTTPResponse(refusing: status))
    case .complete(let request):
      let answer = input.withBytes { HTTPResponse(to: request, in: $0) }
      input.removeFirst(request.headLength)
      take(request, answer)
    }
    return true
  }

  private mutating func take(_ request: HTTPRequest, _ answer: HTTPResponse) {
    if request.expectsContinue {
      // The client may send the body after a refusal or not, so the next request cannot be found.
      guard answer.status == .ok else { return give(HTTPResponse(refusing: answer.status)) }
      output.append("HTTP/1.1 100 Continue\r\n\r\n")
    }
    awaited = (HTTPBody(of: request), answer)
  }

  /// Parses up to the end of a body, and answers its request.
  ///
  /// - Returns: Whether the end was found, or the body was refused; `false` if more bytes are
  ///   needed.
  private mutating func skipBody() -> Bool {
    guard let awaited else { return true }
    var body = awaited.body
    let (finding, consumed) = input.withBytes { body.parse($0) }
    input.removeFirst(consumed)
    switch finding {
    case .incomplete where isInputFull: give(HTTPResponse(refusing: body.statusOfLongLine))
    case .incomplete:
      self.awaited = (body, awaited.answer)
      return false
    case .refused(let status): give(HTTPResponse(refusing: status))
    case .complete: give(awaited.answer)
    }
    self.awaited = nil
    return true
  }

  private mutating func give(_ answer: HTTPResponse) {
    answer.append(to: &output)
    answerCount += 1
    isEnding = answer.closes
  }
}
