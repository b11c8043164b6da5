import MioCore
import MioLock

/// The identity under which records of port sources are stored, because they belong to no selector.
let portSourceIdentity = SelectorIdentity()

/// A source whose own operations end with packets of a completion port: a named pipe or a wait.
///
/// It is the record of a source's registration state.
protocol PortSource: AnyObject, Sendable {
  /// The interest that a registration may have.
  var possibleInterest: Interest { get }

  func register(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  func reregister(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  func deregister(from operations: PortOperations) throws(IOError)

  // The poller of a port makes the following calls. The source may be registered with another port
  // by then.

  /// Applies the end of one of the source's operations, whose packet a port sent.
  func complete(_ operation: UInt, on operations: PortOperations)

  /// Takes the event that a port has to report, or returns `nil` if there is none.
  func takeEvent(for operations: PortOperations) -> Event?

  /// Notifies the source that a wait of a port is about to begin, as the source requested.
  ///
  /// If work remains after this call, the source requests the notification again.
  func beginRound(of operations: PortOperations)

  /// Notifies the source that a port is about to be closed, so that its operations must end.
  func portWillClose(_ operations: PortOperations)

  // Embedded Swift can use these two only as requirements.

  /// The identity of the object.
  var identity: ObjectIdentifier { get }

  /// Keeps the object until the process ends.
  func leak()
}

extension PortSource {
  var identity: ObjectIdentifier { ObjectIdentifier(self) }

  func leak() {
    _ = unsafe Unmanaged.passRetained(self)
  }
}

/// The operations in progress on a port, except for polls of sockets.
///
/// The keys are the addresses that the packets carry. Each operation retains its source until its
/// packet has arrived, because the system writes to the memory of the source until then.
@safe
final class PortOperations: @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is used under the lock, or by the poller only.

  let port: Int
  private let lock = Lock()
  private var inFlight: [UInt: any PortSource] = [:]
  /// The sources that have requested a notification of the next wait.
  private var due: [ObjectIdentifier: any PortSource] = [:]
  private var isClosed = false

  // Only the poller uses these properties.
  /// The sources whose packets were taken, which the poller must query for events.
  private var touched: [any PortSource] = []
  private var isTouched: Set<ObjectIdentifier> = []
  private var round: [ObjectIdentifier: any PortSource] = [:]

  init(port: Int) {
    self.port = port
  }

  /// The number of operations in progress.
  var count: Int { lock.withLock { inFlight.count } }
}

// MARK: - Calls of the sources

extension PortOperations {
  /// Stores an operation that is about to be submitted.
  ///
  /// The source holds its own lock while it submits the operation. It must not be notified of the
  /// end of the operation before it releases this lock.
  ///
  /// - Returns: Whether the operation may be submitted; it may not if the port is closing.
  func begin(_ operation: UInt, of source: any PortSource) -> Bool {
    lock.withLock {
      if isClosed { return false }
      inFlight[operation] = source
      return true
    }
  }

  /// Removes an operation that the system refused, and for which no packet will arrive.
  func takeBack(_ operation: UInt) {
    _ = lock.withLock { inFlight.removeValue(forKey: operation) }
  }

  /// Notifies the source when the next wait begins.
  func remember(_ source: any PortSource) {
    lock.withLock {
      if !isClosed { due[source.identity] = source }
    }
  }
}

// MARK: - Calls of the poller

extension PortOperations {
  /// Notifies the sources that a wait is about to begin.
  ///
  /// - Returns: Whether all sources could do their work.
  func beginRound() -> Bool {
    lock.withLock { swap(&due, &round) }
    for source in round.values { source.beginRound(of: self) }
    round.removeAll(keepingCapacity: true)
    return lock.withLock { due.isEmpty }
  }

  /// Takes the packet of an operation.
  func finish(_ operation: UInt) {
    guard let source = lock.withLock({ inFlight.removeValue(forKey: operation) }) else { return }
    source.complete(operation, on: self)
    if isTouched.insert(source.identity).inserted { touched.append(source) }
  }

  /// Writes one event for each source whose packets were taken, if it has an event to report.
  ///
  /// - Returns: The number of events in the buffer.
  func report(into buffer: UnsafeMutableBufferPointer<Event>, after count: Int) -> Int {
    var count = count
    for source in touched {
      guard let event = source.takeEvent(for: self) else { continue }
      unsafe buffer.initializeElement(at: count, to: event)
      count += 1
    }
    touched.removeAll(keepingCapacity: true)
    isTouched.removeAll(keepingCapacity: true)
    return count
  }

  /// Refuses new operations, and makes the operations in progress end.
  func close() {
    let sources = lock.withLock {
      isClosed = true
      // A source in this dictionary would be retained, and it retains this object.
      due = [:]
      return Array(inFlight.values)
    }
    // A source with several operations is notified several times, which does no harm.
    for source in sources { source.portWillClose(self) }
  }

  /// Forgets the sources after the last packet was taken.
  ///
  /// If a packet has not arrived, the system may still use the memory and the handles of its source.
  /// So the source is leaked and not destroyed.
  func forget() {
    touched = []
    for source in lock.withLock({ inFlight.values }) { source.leak() }
  }
}
