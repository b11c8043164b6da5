import MioCore

/// One end of a simulated connection.
final class SimulatedStreamFile: SimulatedFile {
  private enum Phase {
    /// The peer has not answered yet.
    case connecting
    case connected
    /// The connect failed, or the connection was reset.
    case over
  }

  private var phase: Phase
  private(set) var peer: SimulatedStreamFile?
  /// The bytes that have arrived and are unread.
  private var incoming: BytePipe
  /// The bytes that were written and have not arrived yet.
  private var outgoing: BytePipe
  private var isUnderWay = false
  private var isReadShut = false
  private var isWriteShut = false
  private var hasEndArrived = false
  private var pendingError: IOError?
  /// The number of sends without an answer.
  private var attempts = 0
  /// The number of bytes that still arrive before a script resets the connection.
  private var byteCountUntilReset: Int?
  /// Whether the ends belong to one socket pair.
  ///
  /// A change at one end then takes effect at the other end at once.
  private var isLocal = false

  /// Creates an end that begins to connect, or an end that is connected to a peer.
  init(on host: SimulatedHost, _ actor: SimulatedActor, connectedWith peer: SimulatedStreamFile?) {
    let capacity = host.simulation.streamCapacity
    phase = peer == nil ? .connecting : .connected
    self.peer = peer
    incoming = BytePipe(capacity: capacity)
    outgoing = BytePipe(capacity: capacity)
    super.init(on: host, actor)
    host.simulation.keep(self)
  }

  /// Whether the connection has ended, so that nothing more can happen to it.
  var isOver: Bool {
    guard let peer else { return !isOpen }
    return !isOpen && !peer.isOpen && !isUnderWay && !peer.isUnderWay
  }

  /// Releases the peer.
  func separate() { peer = nil }

  override var hasInput: Bool { incoming.count > 0 }

  override var readiness: Event.Readiness {
    if phase == .connecting { return [] }
    var readiness: Event.Readiness = []
    let isEnded = incoming.isFinished || isReadShut || phase == .over
    if hasInput || isEnded || pendingError != nil { readiness.insert(.readable) }
    if isEnded { readiness.insert(.readClosed) }
    if room > 0 || isWriteShut || phase == .over || pendingError != nil {
      readiness.insert(.writable)
    }
    if pendingError != nil { readiness.insert(.error) }
    if phase == .over || (isEnded && isWriteShut) { readiness.insert(.hangUp) }
    return readiness
  }

  override func crash() {
    super.crash()
    phase = .over
    peer = nil
    outgoing.removeAll()
  }

  override func close() {
    guard isOpen else { return }
    super.close()
    if isLocal {
      closeLocally()
    } else if hasInput && phase == .connected && !haveBothEnded {
      // The reset notifies the peer that some of its data was not read.
      cut()
    } else {
      isWriteShut = true
      transmit()
    }
  }
}

// MARK: - Connecting

extension SimulatedStreamFile {
  /// Creates two connected ends on one host.
  static func pair(
    on host: SimulatedHost, _ actor: SimulatedActor
  ) -> (SimulatedStreamFile, SimulatedStreamFile) {
    let first = SimulatedStreamFile(on: host, actor.makeChild(), connectedWith: nil)
    let second = SimulatedStreamFile(on: host, actor.makeChild(), connectedWith: first)
    first.peer = second
    first.phase = .connected
    first.isLocal = true
    second.isLocal = true
    return (first, second)
  }

  /// Sends a connection request to a listener.
  func connect(to address: SimulatedAddress) {
    simulation.note(.connects(file: number), on: host)
    guard let host = simulation.host(named: address.host) else {
      return simulation.afterTransit(by: actor) { self.fail(.connectionRefused) }
    }
    simulation.afterTransit(from: self.host, to: host, by: actor) { [self] in
      guard phase == .connecting, isOpen else { return }
      // A lost request is sent again.
      guard simulation.reaches(self.host, host) else {
        return tryLater { self.connect(to: address) }
      }
      guard let listener = host.listeners[address.port] else {
        return simulation.afterTransit(by: actor) { self.fail(.connectionRefused) }
      }
      guard listener.hasRoom else { return tryLater { self.connect(to: address) } }
      attempts = 0
      let accepted = SimulatedStreamFile(on: host, actor.makeChild(), connectedWith: self)
      peer = accepted
      // The data of the accepted end is sent after the answer.
      accepted.isUnderWay = true
      simulation.afterTransit(by: accepted.actor) {
        accepted.isUnderWay = false
        defer { accepted.transmit() }
        guard self.phase == .connecting else { return }
        self.phase = .connected
        if self.isOpen { self.becomeReady(.writable) } else { self.cut() }
      }
      listener.offer(accepted)
    }
  }

  func finishConnect() throws(IOError) -> ConnectStatus? {
    if let error = takeError() { throw IOError(error.kind, operation: .connect, code: error.code) }
    if phase == .connecting { return nil }
    if phase == .over || haveBothEnded { throw IOError(.notConnected, operation: .connect) }
    return .connected
  }

  /// Whether both directions have ended, and both ends know it.
  ///
  /// A real system no longer has such a connection.
  private var haveBothEnded: Bool { incoming.isFinished && hasEndArrived }

  func takeError() -> IOError? {
    defer { pendingError = nil }
    return pendingError
  }

  /// Repeats an action later.
  ///
  /// After two minutes of silence it gives up, as a system does.
  private func tryLater(_ action: @escaping () -> Void) {
    attempts += 1
    if attempts > 120 { return fail(.timedOut) }
    simulation.at(simulation.now.advanced(by: .seconds(1)), action)
  }

  private func fail(_ kind: IOError.Kind) {
    guard phase != .over else { return }
    phase = .over
    pendingError = IOError(kind, operation: .getOption)
    outgoing.removeAll()
    peer = nil
    simulation.note(.isReset(file: number), on: host)
    becomeReady(.readable)
    becomeReady(.writable)
  }

  /// Ends a connection that was never accepted.
  func abandon() {
    host.simulation.forget(descriptor)
    cut()
  }

  /// Resets the connection, if there is one.
  func reset(afterSending byteCount: Int) {
    guard phase == .connected, !isLocal, !haveBothEnded else { return }
    if byteCount > 0 { byteCountUntilReset = byteCount } else { cut() }
  }

  /// Resets the connection.
  ///
  /// The peer is notified when the reset arrives.
  private func cut() {
    let peer = peer
    phase = .over
    self.peer = nil
    outgoing.removeAll()
    guard let peer else { return }
    simulation.afterTransit(by: actor) { [self] in
      // A reset is not sent again. If it does not reach the peer, the peer is reset when it sends.
      if simulation.reaches(host, peer.host) { peer.fail(.connectionReset) }
    }
  }
}

// MARK: - Reading and writing

extension SimulatedStreamFile {
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try checkConnection(.read)
    if unsafe buffer.isEmpty { return 0 }
    if !hasInput {
      if let error = takeError() { throw IOError(error.kind, operation: .read, code: error.code) }
      return incoming.isFinished || isReadShut || phase == .over ? 0 : nil
    }
    var limit = min(buffer.count, incoming.count)
    if !isLocal, var random = simulation.strike(.shortRead, by: actor) {
      limit = random.part(of: limit)
    }
    let count = unsafe incoming.copy(into: .init(rebasing: buffer[..<limit]))
    incoming.discard(count)
    if isLocal { peer?.becomeReady(.writable) } else { peer?.transmit() }
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try checkConnection(.write)
    // An end of a pair keeps a pending error for the next read.
    if isLocal && isWriteShut { throw IOError(.brokenPipe, operation: .write) }
    if let error = takeError() { throw IOError(error.kind, operation: .write, code: error.code) }
    if isWriteShut || phase == .over { throw IOError(.brokenPipe, operation: .write) }
    if unsafe bytes.isEmpty { return 0 }
    var count = min(bytes.count, room)
    if count == 0 { return nil }
    if simulation.strikes(.noBufferSpace, by: actor) {
      throw IOError(.outOfMemory, operation: .write)
    }
    if !isLocal, var random = simulation.strike(.shortWrite, by: actor) {
      count = random.part(of: count)
    }
    unsafe send(.init(rebasing: bytes[..<count]))
    return count
  }

  /// The number of bytes that can be written.
  private var room: Int { isLocal ? peer?.incoming.room ?? 0 : outgoing.room }

  private func send(_ bytes: UnsafeRawBufferPointer) {
    if isLocal {
      unsafe peer?.incoming.append(bytes)
      peer?.becomeReady(.readable)
    } else {
      unsafe outgoing.append(bytes)
      transmit()
    }
  }

  /// Throws if the connection does not exist yet, and lets a fault reset it at any byte.
  private func checkConnection(_ operation: IOError.Operation) throws(IOError) {
    if phase == .connecting { throw IOError(.notConnected, operation: operation) }
    if phase == .connected, !isLocal, simulation.strikes(.reset, by: actor) {
      peer?.fail(.connectionReset)
      fail(.connectionReset)
    }
  }

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    guard phase == .connected, isLocal || !haveBothEnded else {
      throw IOError(.notConnected, operation: .shutdown)
    }
    if directions != .write {
      isReadShut = true
      becomeReady(.readable)
      if isLocal { peer?.endWriting() }
    }
    if directions != .read {
      endWriting()
      if isLocal { peer?.endReading() } else { transmit() }
    }
  }

  private func endReading() {
    incoming.isFinished = true
    becomeReady(.readable)
  }

  private func endWriting() {
    isWriteShut = true
    becomeReady(.writable)
  }

  private func closeLocally() {
    if hasInput { peer?.pendingError = IOError(.connectionReset, operation: .getOption) }
    peer?.endReading()
    peer?.endWriting()
  }
}

// MARK: - Transmission to the peer

extension SimulatedStreamFile {
  /// Sends a segment if there is something to send.
  ///
  /// Only one segment is in transit at a time, which keeps the order of the segments.
  fileprivate func transmit() {
    guard let peer, !isLocal, !isUnderWay, phase == .connected else { return }
    let canSend = outgoing.count > 0 ? peer.incoming.room > 0 : isWriteShut && !hasEndArrived
    guard canSend else { return }
    isUnderWay = true
    simulation.afterTransit(from: host, to: peer.host, by: actor) { self.arrive() }
  }

  private func arrive() {
    guard let peer, phase == .connected, simulation.reaches(host, peer.host) else {
      if peer != nil, phase == .connected { return tryLater { self.arrive() } }
      isUnderWay = false
      return
    }
    isUnderWay = false
    attempts = 0
    guard peer.isOpen || outgoing.count == 0 else { return fail(.connectionReset) }
    var count = min(outgoing.count, peer.incoming.room)
    if count > 1, var random = simulation.strike(.splitSegment, by: actor) {
      count = random.part(of: count)
    }
    let isCut = cutsWithin(&count)
    if count > 0 {
      peer.incoming.take(count, from: &outgoing)
      simulation.note(.arrives(file: peer.number, count: count), on: nil)
      peer.becomeReady(.readable)
      becomeReady(.writable)
    }
    if isCut {
      peer.fail(.connectionReset)
      return fail(.connectionReset)
    }
    if outgoing.count == 0 && isWriteShut && !hasEndArrived {
      hasEndArrived = true
      simulation.note(.ends(file: peer.number), on: nil)
      peer.endReading()
    }
    transmit()
  }

  /// Returns whether the connection is reset before all of the next bytes have arrived.
  ///
  /// It reduces `count` to the number of bytes that arrive before the reset.
  private func cutsWithin(_ count: inout Int) -> Bool {
    if count > 0, var random = simulation.strike(.reset, by: actor) {
      count = random.below(count + 1)
      return true
    }
    guard let limit = byteCountUntilReset else { return false }
    byteCountUntilReset = limit - count
    if count < limit { return false }
    count = limit
    return true
  }
}
