import CTestHelpers
import MioCore
import MioNet
import TestHelpers

/// Makes channels.
final class Connections {
  private let listener: TCPListener

  init() throws(IOError) {
    listener = try Loopback.listener()
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
      let pipe = try Pipe()
      _ = c_test_resize_pipe(pipe.sender.descriptor.fileDescriptor, 8192)
      return (SenderEndpoint(pipe.sender), ReceiverEndpoint(pipe.receiver))
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
