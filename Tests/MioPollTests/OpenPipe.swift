import MioCore
import MioNet

/// Opens a pipe without owners, and returns its reading end and its writing end.
func openPipe() throws(IOError) -> [Int32] {
  let pipe = try AnonymousPipe()
  return [
    pipe.receiver.takeDescriptor().fileDescriptor, pipe.sender.takeDescriptor().fileDescriptor,
  ]
}
