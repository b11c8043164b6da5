import CMioSignals
import MioCore
import MioNet

/// The descriptors between the handler of a signal and a source.
///
/// They are the two ends of a pipe. On Windows they are one socket, which is connected to itself.
struct SignalChannel: ~Copyable, Sendable {
  let readingEnd: OwnedDescriptor
  let writingEnd: Descriptor
  /// The owner of the writing end, unless it is the reading end.
  private let writingOwner: OwnedDescriptor?

  init() throws(IOError) {
    var reading = 0
    var writing = 0
    try unsafe IOError.check(c_mio_signal_create_channel(&reading, &writing), .create)
    readingEnd = OwnedDescriptor(owning: Descriptor(rawValue: reading))
    writingEnd = Descriptor(rawValue: writing)
    writingOwner = writing == reading ? nil : OwnedDescriptor(owning: writingEnd)
  }
}
