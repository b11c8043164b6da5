import MioCore
import MioTestSupport

/// A mistake below the HTTP server of the examples, which has none of its own.
///
/// The server is generic over its streams and its selector, so a test can plant mistakes there.
enum HTTPMistake: CaseIterable {
  /// The end of a client's data is reported as a read that would block.
  case lostHalfClose
  /// A request that arrives together with an earlier one stays in a buffer, and no event reports
  /// it.
  case bufferedRequest
  /// A write of some of the bytes is reported as a write of all bytes.
  case ignoredShortWrite
  /// The timer is not set again after it has expired.
  case unarmedTimer
}

/// A listener whose streams have a mistake.
struct MistakenListener: ~Copyable {
  private let listener: SimulatedListener
  private let mistake: HTTPMistake

  init(port: UInt16, _ mistake: HTTPMistake) throws(IOError) {
    listener = try SimulatedListener(port: port)
    self.mistake = mistake
  }

  borrowing func accept() throws(IOError) -> MistakenStream? {
    guard let stream = try listener.accept() else { return nil }
    return MistakenStream(stream, mistake)
  }
}

extension MistakenListener: StreamListener {
  static var acceptFunction: AcceptFunction<MistakenListener, MistakenStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }

  borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try listener.register(with: registry, token: token, interest: interest, mode: mode)
  }

  borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try listener.reregister(with: registry, token: token, interest: interest, mode: mode)
  }

  borrowing func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError) {
    try listener.deregister(from: registry)
  }
}

/// A stream with a mistake.
struct MistakenStream: ~Copyable {
  /// The bytes after the first request.
  private final class Rest {
    var bytes: ArraySlice<UInt8> = []
    var isHeldBack = false
  }

  private let stream: SimulatedStream
  private let mistake: HTTPMistake
  private let rest = Rest()

  init(_ stream: consuming SimulatedStream, _ mistake: HTTPMistake) {
    self.stream = stream
    self.mistake = mistake
  }

  private borrowing func readOneRequest(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    if rest.isHeldBack {
      rest.isHeldBack = false
      return nil
    }
    if rest.bytes.isEmpty {
      guard let count = try unsafe stream.read(into: buffer) else { return nil }
      rest.bytes = unsafe Array(buffer[..<count])[...]
    }
    let end = rest.bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? rest.bytes.endIndex
    let request = rest.bytes[..<end].prefix(buffer.count)
    unsafe buffer.copyBytes(from: request)
    rest.bytes = rest.bytes.dropFirst(request.count)
    rest.isHeldBack = !rest.bytes.isEmpty
    return request.count
  }
}

extension MistakenStream: ByteStream {
  @unsafe
  borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    if mistake == .bufferedRequest { return try unsafe readOneRequest(into: buffer) }
    let count = try unsafe stream.read(into: buffer)
    return mistake == .lostHalfClose && count == 0 ? nil : count
  }

  @unsafe
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    guard let count = try unsafe stream.write(bytes) else { return nil }
    return mistake == .ignoredShortWrite ? bytes.count : count
  }

  borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try stream.shutdown(directions)
  }

  borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try stream.register(with: registry, token: token, interest: interest, mode: mode)
  }

  borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try stream.reregister(with: registry, token: token, interest: interest, mode: mode)
  }

  borrowing func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError) {
    try stream.deregister(from: registry)
  }
}

/// A selector that ignores timeouts after the first one has expired.
struct ForgetfulSelector: ~Copyable {
  private final class Timer: @unchecked Sendable {
    // Safety of `@unchecked`: a simulation runs on one thread at a time.

    var hasExpired = false
  }

  private let base: Registry<SimulatedSelector>
  private let timer: Timer

  private init(_ base: consuming Registry<SimulatedSelector>, _ timer: Timer) {
    self.base = base
    self.timer = timer
  }
}

extension ForgetfulSelector: Selector {
  init() throws(IOError) {
    self.init(Registry(try SimulatedSelector()), Timer())
  }

  borrowing func duplicate() throws(IOError) -> Registry<ForgetfulSelector> {
    Registry(ForgetfulSelector(base.selector.duplicate(), timer))
  }

  var identity: SelectorIdentity { base.selector.identity }

  var wakeNotifier: WakeNotifier { base.selector.wakeNotifier }

  var now: Instant { base.selector.now }

  borrowing func prepareWaking() { base.selector.prepareWaking() }

  borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try base.selector.register(
      descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try base.selector.reregister(
      descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try base.selector.deregister(descriptor, state: state)
  }

  borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let time = timer.hasExpired && time != .none ? .forever : time
    let count = try unsafe base.selector.wait(into: buffer, for: time)
    if count == 0 && time != .none { timer.hasExpired = true }
    return count
  }

  static func event(_ record: Event) -> Event { record }

  static func record(_ event: Event) -> Event { event }
}
