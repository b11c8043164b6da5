import MioCore
import MioNet
import TestHelpers

extension StreamEndpoint<UnixStream> {
  /// Writes a byte with a descriptor.
  func send(_ descriptor: Descriptor) throws(IOError) -> Int? {
    var ancillary = AncillaryData()
    try ancillary.append(descriptor)
    return try stream.write([7].span, ancillary: ancillary)
  }

  /// Reads once, closes the descriptors that were received, and returns the numbers of bytes and
  /// descriptors.
  func readDescriptors(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> (Int, descriptors: Int)? {
    var ancillary = ReceivedAncillaryData()
    guard let count = try unsafe stream.read(into: buffer, ancillary: &ancillary) else {
      return nil
    }
    var descriptors = 0
    while ancillary.takeDescriptor() != nil { descriptors += 1 }
    return (count, descriptors)
  }
}
