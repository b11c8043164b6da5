public import MioCore

/// A client and the upstream that it is connected to.
///
/// Both streams have one token: an event says that there may be something to do, and both directions are tried
/// until they would block. That costs a read too much now and then, and no second table.
@usableFromInline
struct ProxyLink<Client: ByteStream & ~Copyable, Upstream: ConnectingStream & ~Copyable>: ~Copyable
{
  @usableFromInline
  let client: Client

  @usableFromInline
  let upstream: Upstream

  @usableFromInline
  var toUpstream = ProxyFlow()

  @usableFromInline
  var toClient = ProxyFlow()

  @usableFromInline
  var isConnected = false

  @inlinable
  init(_ client: consuming Client, _ upstream: consuming Upstream) {
    self.client = client
    self.upstream = upstream
  }

  /// Where a link stands after it was served.
  @usableFromInline
  enum Progress {
    /// It waits for the next event.
    case waiting
    /// It could go on, but others shall have their turn.
    case yielding
    /// Both sides have ended.
    case finished
  }

  /// How many bytes were relayed, in both directions.
  @inlinable
  var byteCount: Int { toUpstream.byteCount + toClient.byteCount }

  @inlinable
  borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, _ token: Token
  ) throws(IOError) {
    try registry.register(client, token: token, interest: [.readable, .writable])
    try registry.register(upstream, token: token, interest: [.readable, .writable])
  }

  /// Has both streams reported again: registering anew counts as an edge.
  @inlinable
  borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, _ token: Token
  ) throws(IOError) {
    try registry.reregister(client, token: token, interest: [.readable, .writable])
    try registry.reregister(upstream, token: token, interest: [.readable, .writable])
  }

  /// Relays until neither direction goes on, or for as long as is fair to others.
  @inlinable
  mutating func serve() throws(IOError) -> Progress {
    if !isConnected {
      guard try upstream.finishConnect() == .connected else { return .waiting }
      isConnected = true
    }
    for _ in 0..<16 {
      let hasSent = try toUpstream.relay(from: client, to: upstream)
      let hasReceived = try toClient.relay(from: upstream, to: client)
      if toUpstream.hasEnded && toClient.hasEnded { return .finished }
      if !hasSent && !hasReceived { return .waiting }
    }
    return .yielding
  }
}

/// One direction of a link.
///
/// It reads only when everything is written, so a slow receiver costs no more memory than the buffer and slows
/// the sender down.
@usableFromInline
struct ProxyFlow {
  @usableFromInline
  var buffer = StreamBuffer(minimumCapacity: 64 * 1024)

  /// Whether the sender has ended, and the receiver was told.
  @usableFromInline
  var hasEnded = false

  @usableFromInline
  var byteCount = 0

  @inlinable
  init() {}

  /// Reads and writes once.
  ///
  /// - Returns: Whether something was transferred, or ended.
  @inlinable
  mutating func relay<Sender: ByteStream & ~Copyable, Receiver: ByteStream & ~Copyable>(
    from sender: borrowing Sender, to receiver: borrowing Receiver
  ) throws(IOError) -> Bool {
    var hasRead = false
    if buffer.isEmpty && !hasEnded {
      let count = try buffer.fill(from: sender, upTo: buffer.capacity)
      hasRead = count != nil
      if count == 0 {
        hasEnded = true
        try receiver.shutdown(.write)
      }
    }
    guard !buffer.isEmpty, let count = try buffer.drain(into: receiver) else { return hasRead }
    byteCount += count
    return true
  }
}
