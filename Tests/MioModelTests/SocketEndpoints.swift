import MioCore
import MioNet
import TestHelpers

/// A TCP socket that neither listens nor is connected yet.
final class SocketEndpoint: Endpoint {
  /// The value is `nil` after the socket has become a listener or a stream.
  private var socket: TCPSocket?

  init() throws(IOError) {
    socket = try TCPSocket(.v4)
    // Without Nagle's algorithm each write arrives separately.
    try socket?.set(.noDelay, to: true)
  }

  var descriptor: Descriptor { socket?.descriptor ?? Descriptor(-1) }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    switch socket {
    case .some(let socket): try registry.apply(change, to: socket)
    case .none: break
    }
  }

  func takeError() throws(IOError) -> IOError? {
    try socket?.takeError()
  }

  var recordCount: Int { socket?.recordCount ?? 0 }

  func listen() throws(IOError) -> (any Endpoint)? {
    try socket?.bind(to: SocketAddress(v4: .loopback, port: 0))
    guard let socket = socket.take() else { return nil }
    return ListenerEndpoint(try socket.listen())
  }

  func connect(to listener: any Endpoint) throws(IOError) -> (any Endpoint)? {
    guard let listener = listener as? ListenerEndpoint else { return nil }
    return try connect(to: try listener.localAddress)
  }

  func connect(to address: SocketAddress) throws(IOError) -> (any Endpoint)? {
    guard let socket = socket.take() else { return nil }
    return StreamEndpoint(try socket.connect(to: address))
  }
}

/// A listening TCP socket.
final class ListenerEndpoint: Endpoint {
  private let listener: TCPListener

  init(_ listener: consuming TCPListener) {
    self.listener = listener
  }

  var descriptor: Descriptor { listener.descriptor }

  var localAddress: SocketAddress { get throws(IOError) { try listener.localAddress } }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: listener)
  }

  func takeError() throws(IOError) -> IOError? {
    try listener.takeError()
  }

  var recordCount: Int { listener.recordCount }

  func accept() throws(IOError) -> (any Endpoint)? {
    guard let stream = try listener.accept() else { return nil }
    return StreamEndpoint(stream)
  }
}

/// A UDP socket whose peer does not exist.
final class UnheardEndpoint: Endpoint {
  private let socket: UDPSocket

  init() throws(IOError) {
    socket = try Loopback.udpSocket()
    // No test uses this port, so no socket receives the messages.
    try socket.connect(to: SocketAddress(v4: .loopback, port: 1))
  }

  var descriptor: Descriptor { socket.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: socket)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try unsafe socket.receive(into: buffer)?.count
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe socket.send(bytes)
  }

  func takeError() throws(IOError) -> IOError? {
    try socket.takeError()
  }

  var recordCount: Int { socket.recordCount }
}
