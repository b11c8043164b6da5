import CLibrary
import MioCore
import MioNet
import TestHelpers
import Testing

/// Closes a registered descriptor, and registers the next file with the same number.
func checkReusedNumber<S: Selector & ~Copyable>(_ made: consuming Poll<S>) throws {
  var poll = made
  let ends = try openPipe()
  let old = BorrowedDescriptor(Descriptor(ends[0]))
  try poll.registry.register(old, token: 1, interest: .readable)
  for end in ends { close(end) }
  let pipe = try AnonymousPipe()
  #expect(pipe.receiver.descriptor == old.descriptor)
  try poll.registry.register(pipe.receiver, token: 2, interest: .readable)
  try pipe.sender.send([1])
  #expect(try poll.events().map(\.token) == [2])
}
