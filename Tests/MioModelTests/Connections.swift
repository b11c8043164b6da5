import CTestHelpers
import Glibc
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
      _ = c_test_resize_pipe(pipe.sender.descriptor.fileDescriptor, 8192)
      return (SenderEndpoint(pipe.sender), ReceiverEndpoint(pipe.receiver))
    case .fifo: return try fifo(O_RDONLY)
    case .lastingFIFO: return try fifo(O_RDWR)
    case .tcp:
      let pair = try Loopback.pair(of: listener)
      // Every write arrives by itself.
      try pair.first.set(.noDelay, to: true)
      try pair.second.set(.noDelay, to: true)
      return (StreamEndpoint(pair.first), StreamEndpoint(pair.second))
    }
  }

  private func fifo(_ access: Int32) throws(IOError) -> (any Endpoint, any Endpoint) {
    let receiver = ReceiverEndpoint(try PipeReceiver(adopting: try FIFO.open(access)))
    _ = c_test_resize_pipe(receiver.descriptor.fileDescriptor, 8192)
    return (try writer(of: receiver), receiver)
  }

  /// Opens a FIFO for writing.
  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint {
    SenderEndpoint(try PipeSender(adopting: try FIFO.writer(of: receiver.descriptor)))
  }

  /// Streams that are full soon.
  private func smallPair() throws(IOError) -> ConnectedPair<UnixStream> {
    let pair = try UnixStream.pair()
    try pair.first.set(.sendBufferSize, to: 1)
    try pair.second.set(.sendBufferSize, to: 1)
    return pair
  }
}
