import MioCore
import MioNet
import TestHelpers

/// Makes channels and sockets.
final class Connections {
  private let listener: TCPListener

  init() throws(IOError) {
    listener = try Loopback.listener()
  }

  /// A descriptor that can be passed to anybody.
  var anyDescriptor: Descriptor { listener.descriptor }

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
      // Every write arrives by itself.
      try pair.first.set(.noDelay, to: true)
      try pair.second.set(.noDelay, to: true)
      return (StreamEndpoint(pair.first), StreamEndpoint(pair.second))
    }
  }

  /// Streams that are full soon.
  private func smallPair() throws(IOError) -> ConnectedPair<UnixStream> {
    let pair = try UnixStream.pair()
    try pair.first.set(.sendBufferSize, to: 1)
    try pair.second.set(.sendBufferSize, to: 1)
    return pair
  }
}
