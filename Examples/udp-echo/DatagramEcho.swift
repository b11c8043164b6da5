import MioCore
import MioNet

/// One socket: answers each datagram with the same bytes, many with one system call.
///
/// What could not be sent yet is kept, and nothing is received until it is sent: datagrams that come
/// meanwhile wait in the system's buffer, and get lost there once that is full.
struct DatagramEcho: ~Copyable {
  let socket: UDPSocket
  private var received = MessageBatch<SocketAddress>(
    capacity: 32, messageCapacity: largestDatagram)
  private var answers = MessageBatch<SocketAddress>(
    capacity: 32, messageCapacity: largestDatagram)
  private var canReceive = false
  private var canSend = false

  /// How many datagrams were sent back, and how many bytes in them.
  private(set) var echoedCount = 0
  private(set) var byteCount = 0

  /// UDP's length field has 16 bits, so nothing is ever cut off.
  private static var largestDatagram: Int { 65_535 }

  init(_ socket: consuming UDPSocket) {
    self.socket = socket
  }

  /// Receives and sends until neither is possible, or for as long as is fair to others.
  ///
  /// Edges: a direction that was possible stays so until it would block.
  ///
  /// - Returns: Whether it could go on.
  mutating func serve(_ event: Event) throws(IOError) -> Bool {
    if event.isReadable { canReceive = true }
    if event.isWritable { canSend = true }
    for _ in 0..<16 {
      let hasReceived = try receive()
      let hasSent = try send()
      if !hasReceived && !hasSent { return false }
    }
    return true
  }

  private mutating func receive() throws(IOError) -> Bool {
    guard canReceive, answers.isEmpty else { return false }
    guard try socket.receive(into: &received) != nil else {
      canReceive = false
      return false
    }
    try prepareAnswers(from: 0)
    return true
  }

  private mutating func send() throws(IOError) -> Bool {
    guard canSend, !answers.isEmpty else { return false }
    let first = received.count - answers.count
    do throws(IOError) {
      guard let count = try socket.send(&answers) else {
        canSend = false
        return false
      }
      for position in first..<first + count {
        echoedCount += 1
        byteCount += received.message(at: position).count
      }
    } catch {
      // It is about the first one only, whose sender cannot be reached. Datagrams may get lost.
      try prepareAnswers(from: first + 1)
    }
    return true
  }

  /// Makes answers of what was received, from a position on.
  private mutating func prepareAnswers(from position: Int) throws(IOError) {
    answers.removeAll()
    for position in position..<received.count {
      let sender = received.message(at: position).sender
      try received.withBytes(at: position) { bytes throws(IOError) in
        try unsafe bytes.withUnsafeBytes { bytes throws(IOError) in
          let bytes = unsafe bytes.bindMemory(to: UInt8.self)
          _ = try answers.append(unsafe bytes.span, to: sender)
        }
      }
    }
  }
}
