import CMioErrors
import CMioWindows

/// A socket of an ``AFDKernel``.
struct AFDSocket {
  /// The readiness that a test has set.
  var bits: UInt32
  /// The poll in progress, for each port.
  var polls: [Int: UInt] = [:]
  /// The connection, if the socket is one end of a connection.
  var stream: Stream?

  init(bits: UInt32) {
    self.bits = bits
  }

  /// One end of a connection.
  struct Stream {
    static let capacity = 64 * 1024

    /// The other end; `nil` if it is closed.
    var peer: Int?
    var incoming: [UInt8] = []
    /// Whether the peer sends no more bytes.
    var isFinished = false
    var isReset = false
    var mayWrite = true
  }
}

// MARK: - Connections

extension AFDKernel {
  /// Returns the conditions that AFD reports for a socket, or `nil` if the socket does not exist.
  func bits(of socket: Int) -> UInt32? {
    guard let found = sockets[socket] else { return nil }
    guard let stream = found.stream else { return found.bits }
    if stream.isReset { return C_MIO_AFD_ABORT }
    var bits: UInt32 = 0
    if !stream.incoming.isEmpty { bits |= C_MIO_AFD_RECEIVE }
    if stream.isFinished { bits |= C_MIO_AFD_DISCONNECT }
    let waiting = stream.peer.flatMap { sockets[$0]?.stream?.incoming.count } ?? 0
    if waiting < AFDSocket.Stream.capacity { bits |= C_MIO_AFD_SEND }
    return bits
  }

  /// Opens two connected sockets.
  mutating func openPair() -> (Int, Int) {
    let pair = (openSocket(0), openSocket(0))
    guard let first = handles[pair.0], let second = handles[pair.1] else { return pair }
    sockets[first]?.stream = AFDSocket.Stream(peer: second)
    sockets[second]?.stream = AFDSocket.Stream(peer: first)
    return pair
  }

  mutating func receive(_ handle: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let socket = handles[handle], let stream = sockets[socket]?.stream else {
      return -Int(C_MIO_ENOTSOCK)
    }
    if stream.isReset { return -Int(C_MIO_ECONNRESET) }
    if stream.incoming.isEmpty { return stream.isFinished ? 0 : -Int(C_MIO_EWOULDBLOCK) }
    let count = min(stream.incoming.count, buffer.count)
    unsafe buffer.copyBytes(from: stream.incoming[..<count])
    sockets[socket]?.stream?.incoming.removeFirst(count)
    if let peer = stream.peer { answer(peer) }
    return count
  }

  mutating func send(_ handle: Int, _ bytes: UnsafeRawBufferPointer) -> Int {
    guard let socket = handles[handle], let stream = sockets[socket]?.stream else {
      return -Int(C_MIO_ENOTSOCK)
    }
    if stream.isReset { return -Int(C_MIO_ECONNRESET) }
    if !stream.mayWrite { return -Int(C_MIO_EPIPE) }
    guard let peer = stream.peer else {
      // A closed socket responds to data with a reset.
      sockets[socket]?.stream?.isReset = true
      answer(socket)
      return bytes.count
    }
    let room = AFDSocket.Stream.capacity - (sockets[peer]?.stream?.incoming.count ?? 0)
    if room == 0 { return -Int(C_MIO_EWOULDBLOCK) }
    let count = min(room, bytes.count)
    unsafe sockets[peer]?.stream?.incoming.append(contentsOf: bytes.prefix(count))
    answer(peer)
    return count
  }

  /// Ends the direction to the peer, which Windows does not report on this end.
  mutating func shutDownWriting(_ handle: Int) {
    guard let socket = handles[handle] else { return }
    sockets[socket]?.stream?.mayWrite = false
    guard let peer = sockets[socket]?.stream?.peer else { return }
    sockets[peer]?.stream?.isFinished = true
    answer(peer)
  }

  /// Applies the close of a socket to its peer.
  mutating func closeStream(_ socket: Int) {
    guard let stream = sockets[socket]?.stream, let peer = stream.peer else { return }
    sockets[peer]?.stream?.peer = nil
    if stream.incoming.isEmpty {
      sockets[peer]?.stream?.isFinished = true
    } else {
      sockets[peer]?.stream?.isReset = true
    }
    answer(peer)
  }
}
