import CTestHelpers
import Glibc
import MioCore
import MioNet
import TestHelpers

extension SystemConnections {
  /// Makes a pipe that is full soon.
  func makeSmall(_ pipe: Descriptor) {
    _ = c_test_resize_pipe(pipe.fileDescriptor, 8192)
  }

  /// Opens a FIFO, whose reader may be a writer too, so that it never comes to an end.
  func openFIFO(isLasting: Bool) throws(IOError) -> (any Endpoint, any Endpoint) {
    let access = isLasting ? O_RDWR : O_RDONLY
    let receiver = ReceiverEndpoint(try PipeReceiver(adopting: try FIFO.open(access)))
    makeSmall(receiver.descriptor)
    return (try writer(of: receiver), receiver)
  }

  /// Opens a FIFO for writing.
  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint {
    SenderEndpoint(try PipeSender(adopting: try FIFO.writer(of: receiver.descriptor)))
  }
}
