import Glibc
import MioCore

extension SystemConnections {
  /// Waits until the data that was sent over TCP, or the error that UDP returns, has arrived.
  ///
  /// The loopback interface delivers before a call returns, but no document promises this.
  func settle(_ operation: Operation, _ model: Model, _ endpoints: [(any Endpoint)?]) {
    switch operation {
    case .write, .writePieces, .shutdown, .sendUrgently, .connect, .refuse, .close, .reset:
      for place in endpoints.indices {
        guard let file = model.file(at: place), let endpoint = endpoints[place] else { continue }
        switch file.kind {
        case .tcp, .listener, .unheard: settle(file, endpoint)
        default: break
        }
      }
    default: break
    }
  }

  private func settle(_ file: File, _ endpoint: any Endpoint) {
    var awaited: Int32 = 0
    if file.isReadable == .yes && file.kind != .unheard { awaited |= POLLIN }
    if file.kind == .tcp { awaited |= POLLOUT }
    if file.hasPriority == .yes { awaited |= POLLPRI }
    if file.isHungUp { awaited |= POLLHUP }
    if file.hasError && !file.isErrorDoubtful { awaited |= POLLERR }
    var entry = pollfd(
      fd: endpoint.descriptor.fileDescriptor, events: Int16(awaited), revents: 0)
    unsafe Glibc.poll(&entry, 1, 0)
    awaited &= ~Int32(entry.revents)
    for bit in [POLLIN, POLLOUT, POLLPRI, POLLHUP, POLLERR] where awaited & bit != 0 {
      entry.events = Int16(bit)
      unsafe Glibc.poll(&entry, 1, 1000)
    }
  }
}
