import MioCore
import MioNet

/// A socket that answers each datagram with the same bytes.
///
/// It transfers many datagrams with one system call.
///
/// It keeps the datagrams that could not be sent yet, and receives no more until it has sent them.
/// The datagrams that arrive in that time wait in the system's buffer, and are lost if that is
/// full.
struct DatagramEcho: ~Copyable {
  let socket: UDPSocket
  // The length field of UDP has 16 bits, so no datagram is ever truncated.
  private var batch: MessageBatch<SocketAddress>
  private var canReceive = false
  private var canSend = false
  /// The number of times that sending the first datagram has failed in a row.
  private var failureCount = 0

  /// The number of datagrams that were sent back.
  ///
  /// `byteCount` is the number of their bytes.
  private(set) var echoedCount = 0
  private(set) var byteCount = 0

  init(_ socket: consuming UDPSocket) throws(IOError) {
    batch = try MessageBatch(capacity: 32, messageCapacity: 65_535)
    self.socket = socket
  }

  /// Receives and sends until neither is possible, or until other sources must be served.
  ///
  /// Events are edges: a direction stays ready until it would block.
  ///
  /// - Returns: Whether the socket could continue.
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

  /// Sends the datagrams back to their senders.
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
      // The error may belong to an earlier datagram. If it occurs twice, it belongs to the first of
      // these datagrams, whose sender cannot be reached. UDP may lose datagrams, so this one is
      // removed.
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
