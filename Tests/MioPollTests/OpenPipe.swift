import MioCore
import MioNet

/// Opens a pipe, whose ends nobody owns: the end to read and the end to write.
func openPipe() throws(IOError) -> [Int32] {
  let pipe = try AnonymousPipe()
  return [
    pipe.receiver.takeDescriptor().fileDescriptor, pipe.sender.takeDescriptor().fileDescriptor,
  ]
}
