public import MioCore

/// A client and the upstream that it is connected to.
///
/// Both streams have the same token. After an event, the link tries both directions until they
/// would block. This sometimes costs an unnecessary read, but it needs no second table.
///
/// If one side accepts no more bytes, only that direction ends: its answer may still be in transit.
@usableFromInline
struct ProxyLink<
  Client: ResettableStream & ~Copyable, Upstream: ConnectingStream & ResettableStream & ~Copyable
>: ~Copyable {
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

  /// Whether the connection of one side was cut.
  ///
  /// The link relays no more, and the other side is reset.
  @usableFromInline
  var wasCut = false

  /// The activity with which the current time limit began.
  @usableFromInline
  var timedActivity: Activity?

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
  ///
  /// - Throws: ``IOError`` if the upstream cannot be reached.
  @inlinable
  mutating func serve() throws(IOError) -> ServingProgress {
    if wasCut { return .waiting }
    if !isConnected {
      guard try upstream.finishConnect() == .connected else { return .waiting }
      isConnected = true
    }
    for _ in 0..<16 {
      let hasSent = toUpstream.relay(
        from: client, to: upstream, isSenderCut: toClient.receiverWasCut)
      let hasReceived = toClient.relay(
        from: upstream, to: client, isSenderCut: toUpstream.receiverWasCut)
      if toUpstream.wasCut || toClient.wasCut {
        wasCut = true
        return .waiting
      }
      if toUpstream.hasEnded && toClient.hasEnded { return .finished }
      if !hasSent && !hasReceived { return .waiting }
    }
    return .yielding
  }

  /// Makes both connections end with a reset.
  @inlinable
  borrowing func reset() {
    client.reset()
    upstream.reset()
  }
}

// MARK: - Time

extension ProxyLink where Client: ~Copyable, Upstream: ~Copyable {
  /// The state of a link that its time limit depends on.
  @usableFromInline
  struct Activity: Equatable {
    @usableFromInline
    let limit: Duration

    @usableFromInline
    let byteCount: Int

    @inlinable
    init(limit: Duration, byteCount: Int) {
      self.limit = limit
      self.byteCount = byteCount
    }
  }

  /// Returns the time that the link has from now on, or `nil` if its time has begun before.
  @inlinable
  mutating func newLimit(_ limits: ProxyLimits) -> Duration? {
    let activity = Activity(limit: limit(limits), byteCount: byteCount)
    if activity == timedActivity { return nil }
    timedActivity = activity
    return activity.limit
  }

  @inlinable
  func limit(_ limits: ProxyLimits) -> Duration {
    // Without relayed bytes the reset has nothing to wait for.
    if wasCut { return byteCount > 0 ? limits.reset : .zero }
    if !isConnected { return limits.connect }
    let isOneSided =
      toUpstream.hasEnded || toClient.hasEnded || toUpstream.receiverError != nil
      || toClient.receiverError != nil
    return isOneSided ? limits.halfClosed : limits.idle
  }
}
