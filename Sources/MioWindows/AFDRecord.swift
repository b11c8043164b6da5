import CMioWindows
import MioCore

/// The record that the selector attaches to a socket: the state of its poll, and the poll's memory.
///
/// While a poll is in progress the queue retains the record, even if the socket is closed.
@safe
class AFDRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: all mutable state is used under the lock of the queue.

  final var state = AFDSocketState()
  final var token: Token = 0
  /// The handle by which AFD knows the socket.
  final var base = 0
  /// The helper of the socket's polls, while the socket is registered or a poll is in progress.
  final var helper: Int?
  /// Whether the record is in the queue's list of records that have work to do.
  final var isListed = false

  /// The memory that the system writes to; it must not move.
  final let request: UnsafeMutablePointer<c_mio_afd_request>

  init(selector: SelectorIdentity, request: UnsafeMutablePointer<c_mio_afd_request>) {
    unsafe self.request = request
    super.init(selector: selector)
  }

  /// The value that identifies the packets of the record's poll.
  final var operation: UInt { unsafe UInt(bitPattern: request) }
}

/// A record that knows its queue.
final class AFDQueueRecord<Calls: AFDCalls>: AFDRecord, @unchecked Sendable {
  // Safety of `@unchecked`: the same as for the superclass.

  // A socket may outlive the selector.
  private weak let queue: AFDQueue<Calls>?
  private let calls: Calls

  init(_ queue: AFDQueue<Calls>, _ identity: SelectorIdentity) throws(IOError) {
    self.queue = queue
    calls = queue.calls
    guard let request = unsafe calls.makeRequest() else {
      throw IOError(.outOfMemory, operation: .register)
    }
    unsafe super.init(selector: identity, request: request)
  }

  deinit {
    precondition(state.status == .idle, "a record is freed while the system writes to it")
    unsafe calls.destroy(request)
  }

  override func wouldBlock(_ direction: Direction) {
    queue?.change(self) { $0.rearm(direction) }
  }

  override func sourceWillClose() {
    queue?.change(self) { $0.deregister() }
  }
}
