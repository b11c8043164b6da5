public import MioCore

/// A client and the upstream that it is connected to.
///
/// Both streams have the same token. After an event, the link tries both directions until they
/// would block. This sometimes costs an unnecessary read, but it needs no second table.
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

  /// The number of bytes that were relayed, in both directions.
  @inlinable
  var byteCount: Int { toUpstream.byteCount + toClient.byteCount }

  @inlinable
  borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, _ token: Token
  ) throws(IOError) {
    try registry.register(client, token: token, interest: [.readable, .writable])
    try registry.register(upstream, token: token, interest: [.readable, .writable])
  }

  /// Makes the poll report both streams again.
  ///
  /// A reregistration counts as an edge.
  @inlinable
  borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, _ token: Token
  ) throws(IOError) {
    try registry.reregister(client, token: token, interest: [.readable, .writable])
    try registry.reregister(upstream, token: token, interest: [.readable, .writable])
  }

  /// Relays until both directions would block, or until other links must be served.
  @inlinable
  mutating func serve() throws(IOError) -> ServingProgress {
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
/// It reads again only after it has written everything. A slow receiver therefore needs no more
/// memory than the buffer, and slows the sender down.
@usableFromInline
struct ProxyFlow {
  @usableFromInline
  var buffer = StreamBuffer(minimumCapacity: 64 * 1024)

  /// Whether the sender has ended, and the end was passed on to the receiver.
  @usableFromInline
  var hasEnded = false

  @usableFromInline
  var byteCount = 0

  @inlinable
  init() {}

  /// Reads and writes once.
  ///
  /// - Returns: Whether data was transferred, or the sender has ended.
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
