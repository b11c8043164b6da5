import MioCore

/// A simulated datagram socket and its received messages.
final class SimulatedDatagramFile: SimulatedFile {
  private struct Message {
    let bytes: [UInt8]
    let sender: SimulatedAddress
  }

  static let largestMessage = 65_507

  private var waiting: [Message] = []
  private var waitingCount = 0
  private(set) var port: UInt16 = 0

  init(on host: SimulatedHost, port: UInt16) throws(IOError) {
    super.init(on: host)
    do {
      self.port = try host.bind(self, to: port)
    } catch {
      super.close()
      throw error
    }
  }

  var address: SimulatedAddress { SimulatedAddress(host.name, port: port) }

  override var readiness: Event.Readiness {
    waiting.isEmpty ? .writable : [.readable, .writable]
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

  func send(
    _ bytes: UnsafeRawBufferPointer, to address: SimulatedAddress
  ) throws(IOError) -> Int {
    if bytes.count > Self.largestMessage { throw IOError(.messageTooLong, operation: .send) }
    if simulation.strikes(.noBufferSpace) { throw IOError(.outOfMemory, operation: .send) }
    let message = Message(bytes: unsafe Array(bytes), sender: self.address)
    if simulation.strikes(.lostDatagram) { return bytes.count }
    for _ in 0..<(simulation.strikes(.duplicateDatagram) ? 2 : 1) {
      guard let receiver = simulation.host(named: address.host) else { break }
      simulation.afterTransit(from: host, to: receiver) { [simulation, host] in
        guard simulation.reaches(host, receiver) else { return }
        receiver.datagramSockets[address.port]?.take(message)
      }
    }
    return bytes.count
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
