import MioCore
import MioNet
import TestHelpers

/// A factory of channels and sockets.
protocol Connections {
  /// Any descriptor, which a test sends to another socket.
  var anyDescriptor: Descriptor { get }

  /// Returns whether this factory supports the operation.
  func offer(_ operation: Operation, in model: Model) -> Bool

  func open(_ kind: SocketKind) throws(IOError) -> any Endpoint
  func open(_ kind: ChannelKind) throws(IOError) -> (any Endpoint, any Endpoint)
  /// Opens a FIFO again for writing.
  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint
  /// Connects a socket to a port where no socket listens.
  func refuse(_ socket: any Endpoint) throws(IOError) -> (any Endpoint)?

  /// Waits until the data that an operation has sent has arrived.
  func settle(_ operation: Operation, _ model: Model, _ endpoints: [(any Endpoint)?])
}

/// A factory of the system's channels and sockets.
final class SystemConnections: Connections {
  private let listener: TCPListener
  /// A socket that has a port and does not listen.
  private let mute: TCPSocket

  init() throws(IOError) {
    listener = try Loopback.listener()
    mute = try TCPSocket(.v4)
    try mute.bind(to: SocketAddress(v4: .loopback, port: 0))
  }

  var anyDescriptor: Descriptor { listener.descriptor }

  func offer(_ operation: Operation, in model: Model) -> Bool { true }

  func open(_ kind: SocketKind) throws(IOError) -> any Endpoint {
    switch kind {
    case .tcp: try SocketEndpoint()
    case .unheard: try UnheardEndpoint()
    }
  }

  func open(_ kind: ChannelKind) throws(IOError) -> (any Endpoint, any Endpoint) {
    switch kind {
    case .unix:
      let pair = try smallPair()
      return (StreamEndpoint(pair.first), StreamEndpoint(pair.second))
    case .borrowed:
      let pair = try smallPair()
      return (
        BorrowedEndpoint(pair.first.takeDescriptor()),
        BorrowedEndpoint(pair.second.takeDescriptor())
      )
    case .pipe:
      let pipe = try AnonymousPipe()
      makeSmall(pipe.sender.descriptor)
      return (SenderEndpoint(pipe.sender), ReceiverEndpoint(pipe.receiver))
    case .fifo: return try openFIFO(isLasting: false)
    case .lastingFIFO: return try openFIFO(isLasting: true)
    case .tcp:
      let pair = try Loopback.pair(of: listener)
      // Without Nagle's algorithm each write arrives separately.
      try pair.first.set(.noDelay, to: true)
      try pair.second.set(.noDelay, to: true)
      return (StreamEndpoint(pair.first), StreamEndpoint(pair.second))
    }
  }

  func refuse(_ socket: any Endpoint) throws(IOError) -> (any Endpoint)? {
    try (socket as? SocketEndpoint)?.connect(to: try mute.localAddress)
  }

  /// Makes streams with small buffers, which are soon full.
  private func smallPair() throws(IOError) -> ConnectedPair<UnixStream> {
    let pair = try UnixStream.pair()
    try pair.first.set(.sendBufferSize, to: 1)
    try pair.second.set(.sendBufferSize, to: 1)
    return pair
  }
}
