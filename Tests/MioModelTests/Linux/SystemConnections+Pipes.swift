import CTestHelpers
import Glibc
import MioCore
import MioNet
import TestHelpers

extension SystemConnections {
  /// Gives a pipe a small buffer, which is soon full.
  func makeSmall(_ pipe: Descriptor) {
    _ = c_test_resize_pipe(pipe.fileDescriptor, 8192)
  }

  /// Opens a FIFO.
  ///
  /// If `isLasting`, its reader is also a writer, so that the stream never ends.
  func openFIFO(isLasting: Bool) throws(IOError) -> (any Endpoint, any Endpoint) {
    let access = isLasting ? O_RDWR : O_RDONLY
    let receiver = ReceiverEndpoint(try PipeReceiver(adopting: try FIFO.open(access)))
    makeSmall(receiver.descriptor)
    return (try writer(of: receiver), receiver)
  }

  /// Opens a FIFO again for writing.
  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint {
    SenderEndpoint(try PipeSender(adopting: try FIFO.writer(of: receiver.descriptor)))
  }
}
