import CMioWindows
import MioCore

/// What the selector hangs on a socket: the state of its poll, and the memory that the poll is in.
///
/// While a poll is under way the queue holds the record, whatever becomes of the socket.
@safe
class AFDRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: all that is mutable is used under the queue's lock.

  final var state = AFDSocketState()
  final var token: Token = 0
  /// The handle that AFD knows the socket by.
  final var base = 0
  /// The helper that its polls are made through, while it is registered or one is under way.
  final var helper: Int?
  /// Whether it stands in the queue's list of those that something is to be done for.
  final var isListed = false

  /// Where the system writes; it must not move.
  final let request: UnsafeMutablePointer<c_mio_afd_request>

  init(selector: SelectorIdentity, request: UnsafeMutablePointer<c_mio_afd_request>) {
    unsafe self.request = request
    super.init(selector: selector)
  }

  /// What packets of its poll are recognised by.
  final var operation: UInt { unsafe UInt(bitPattern: request) }
}

/// A record that knows its queue.
final class AFDQueueRecord<Calls: AFDCalls>: AFDRecord, @unchecked Sendable {
  // Safety of `@unchecked`: as for its superclass.

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
