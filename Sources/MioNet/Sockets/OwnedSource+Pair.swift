import CMioSocket
import MioCore

extension ConnectedPair where End == OwnedSource {
  /// Creates two Unix sockets that are connected to each other.
  init(creating kind: SocketKind) throws(IOError) {
    var first = 0
    var second = 0
    try unsafe IOError.check(c_mio_create_pair(kind.record.type, &first, &second), .create)
    self.init(
      first: OwnedSource(owning: Descriptor(rawValue: first)),
      second: OwnedSource(owning: Descriptor(rawValue: second)))
  }
}
