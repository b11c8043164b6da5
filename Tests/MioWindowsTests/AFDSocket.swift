import CMioErrors
import CMioWindows

/// A socket of an ``AFDKernel``.
struct AFDSocket {
  /// What a test says that it is ready for.
  var bits: UInt32
  /// The poll under way, for each port.
  var polls: [Int: UInt] = [:]
  /// One end of a connection, if it is one.
  var stream: Stream?

  init(bits: UInt32) {
    self.bits = bits
  }

  /// One end of a connection.
  struct Stream {
    static let capacity = 64 * 1024

    /// The other end; `nil` when it is closed.
    var peer: Int?
    var incoming: [UInt8] = []
    /// Whether the peer sends no more.
    var isFinished = false
    var isReset = false
    var mayWrite = true
  }
}

// MARK: - Connections

extension AFDKernel {
  /// What AFD says of a socket; `nil` if there is none.
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

  /// Opens two sockets that are connected with each other.
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
      // What is sent to a closed socket is answered with a reset.
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

  /// Windows does not tell of what was shut down here.
  mutating func shutDownWriting(_ handle: Int) {
    guard let socket = handles[handle] else { return }
    sockets[socket]?.stream?.mayWrite = false
    guard let peer = sockets[socket]?.stream?.peer else { return }
    sockets[peer]?.stream?.isFinished = true
    answer(peer)
  }

  /// What the peer sees of a socket that is closed.
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
