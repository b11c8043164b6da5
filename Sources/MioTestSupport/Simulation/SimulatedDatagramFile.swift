import MioCore

/// A simulated datagram socket and its received messages.
final class SimulatedDatagramFile: SimulatedFile {
  private struct Message {
    let bytes: [UInt8]
    let sender: SimulatedAddress
  }

  static let largestMessage = 65_507

  private var waiting: [Message] = []
  /// The number of received bytes.
  private var waitingCount = 0
  /// The number of sent bytes that are in transit.
  private var outgoingCount = 0
  private(set) var port: UInt16 = 0

  init(on host: SimulatedHost, _ actor: SimulatedActor, port: UInt16) throws(IOError) {
    super.init(on: host, actor)
    do {
      self.port = try host.bind(self, to: port)
    } catch {
      super.close()
      throw error
    }
  }

  var address: SimulatedAddress { SimulatedAddress(host.name, port: port) }

  override var readiness: Event.Readiness {
    let readable: Event.Readiness = waiting.isEmpty ? [] : .readable
    return canSend ? readable.union(.writable) : readable
  }

  override func close() {
    guard isOpen else { return }
    host.unbind(self)
    super.close()
  }
}

// MARK: - Messages

extension SimulatedDatagramFile {
  func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) -> ReceivedMessage<SimulatedAddress>? {
    if waiting.isEmpty { return nil }
    let message = waiting.removeFirst()
    waitingCount -= message.bytes.count
    let count = min(buffer.count, message.bytes.count)
    for index in 0..<count { unsafe buffer[index] = message.bytes[index] }
    return ReceivedMessage(
      count: count, sender: message.sender, isTruncated: count < message.bytes.count)
  }

  // A system begins to send a message whenever the buffer is not full, so that large messages fit.
  private var canSend: Bool { outgoingCount < simulation.streamCapacity }

  func send(
    _ bytes: UnsafeRawBufferPointer, to address: SimulatedAddress
  ) throws(IOError) -> Int? {
    if bytes.count > Self.largestMessage { throw IOError(.messageTooLong, operation: .send) }
    if !canSend { return nil }
    if simulation.strikes(.noBufferSpace, by: actor) {
      throw IOError(.outOfMemory, operation: .send)
    }
    let message = Message(bytes: unsafe Array(bytes), sender: self.address)
    let isLost = simulation.strikes(.lostDatagram, by: actor)
    outgoingCount += bytes.count
    guard !isLost, let receiver = simulation.host(named: address.host) else {
      simulation.afterTransit(by: actor) { self.leave(message) }
      return bytes.count
    }
    let isDoubled = simulation.strikes(.duplicateDatagram, by: actor)
    for isCopy in isDoubled ? [false, true] : [false] {
      simulation.afterTransit(from: host, to: receiver, by: actor) { [self] in
        if !isCopy { leave(message) }
        guard simulation.reaches(host, receiver) else { return }
        receiver.datagramSockets[address.port]?.take(message)
      }
    }
    return bytes.count
  }

  /// Frees the space of a message that is no longer in transit.
  private func leave(_ message: Message) {
    let wasFull = !canSend
    outgoingCount -= message.bytes.count
    if wasFull && canSend { becomeReady(.writable) }
  }

  /// Takes an arriving message.
  ///
  /// The message is lost if the socket has no space for it.
  private func take(_ message: Message) {
    guard waitingCount + message.bytes.count <= simulation.streamCapacity else { return }
    waiting.append(message)
    waitingCount += message.bytes.count
    simulation.note(.arrives(file: number, count: message.bytes.count), on: nil)
    becomeReady(.readable)
  }
}
