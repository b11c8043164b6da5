import MioCore
import MioNet

/// One socket: answers each datagram with the same bytes, many with one system call.
///
/// What could not be sent yet is kept, and nothing is received until it is sent: datagrams that come
/// meanwhile wait in the system's buffer, and get lost there once that is full.
struct DatagramEcho: ~Copyable {
  let socket: UDPSocket
  // UDP's length field has 16 bits, so nothing is ever cut off.
  private var batch: MessageBatch<SocketAddress>
  private var canReceive = false
  private var canSend = false
  /// How often sending the first datagram has failed.
  private var failureCount = 0

  /// How many datagrams were sent back, and how many bytes in them.
  private(set) var echoedCount = 0
  private(set) var byteCount = 0

  init(_ socket: consuming UDPSocket) throws(IOError) {
    batch = try MessageBatch(capacity: 32, messageCapacity: 65_535)
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
    for _ in 0..<32 {
      guard batch.isEmpty ? try receive() : send() else { return false }
    }
    return true
  }

  private mutating func receive() throws(IOError) -> Bool {
    if canReceive { canReceive = try socket.receive(into: &batch) != nil }
    return canReceive
  }

  /// Sends the datagrams back to where they came from.
  private mutating func send() -> Bool {
    guard canSend else { return false }
    let waiting = waitingBytes
    do throws(IOError) {
      guard let count = try socket.send(&batch) else {
        canSend = false
        return false
      }
      echoedCount += count
      byteCount += waiting - waitingBytes
      failureCount = 0
    } catch {
      // It may tell of an earlier datagram. If it comes again, it is about the first of these, whose sender
      // cannot be reached. Datagrams may get lost.
      failureCount += 1
      if failureCount == 2 {
        batch.removeFirst()
        failureCount = 0
      }
    }
    return true
  }

  private var waitingBytes: Int {
    var sum = 0
    for position in 0..<batch.count { sum += batch.message(at: position).count }
    return sum
  }
}
