import MioCore
import MioLock

/// What records of port sources are found under: they belong to no selector.
let portSourceIdentity = SelectorIdentity()

/// What submits operations of its own whose ends a completion port tells: a named pipe, or a wait.
///
/// It is the record of a source's registration state.
protocol PortSource: AnyObject, Sendable {
  /// What can be asked for.
  var possibleInterest: Interest { get }

  func register(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  func reregister(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  func deregister(from operations: PortOperations) throws(IOError)

  /// Whether it is to be asked for news when all packets of a wait are taken; the poller's own.
  var isTouched: Bool { get set }

  /// One of its operations has come to its end.
  func complete(_ operation: UInt)

  /// Takes what is to be reported, `nil` if it is nothing.
  func takeEvent() -> Event?

  /// A wait is about to begin, and it has asked to hear of that.
  ///
  /// What it cannot do then it asks to hear of again.
  func beginRound()

  /// The port is about to be closed: what is under way must come to its end.
  func portWillClose()
}

/// The operations under way on a port, other than polls of sockets, by the addresses that their packets
/// carry.
///
/// Each retains its source until its packet has come, for the system writes to the source's memory until
/// then.
@safe
final class PortOperations: @unchecked Sendable {
  // Safety of `@unchecked`: everything mutable is used under the lock, except what is the poller's.

  let port: Int
  private let lock = Lock()
  private var inFlight: [UInt: any PortSource] = [:]
  /// Who has asked to hear of the next wait.
  private var due: [any PortSource] = []
  private var isClosed = false

  // The poller's own.
  private var touched: [any PortSource] = []
  private var round: [any PortSource] = []

  init(port: Int) {
    self.port = port
  }

  /// How many are under way.
  var count: Int { lock.withLock { inFlight.count } }
}

// MARK: - What sources do

extension PortOperations {
  /// An operation is about to be submitted.
  ///
  /// The source must not be told of its end before it is done with submitting: it holds a lock of its own.
  ///
  /// - Returns: Whether it may be: the port is not closing.
  func begin(_ operation: UInt, of source: any PortSource) -> Bool {
    lock.withLock {
      if isClosed { return false }
      inFlight[operation] = source
      return true
    }
  }

  /// The system refused the operation: no packet will come.
  func takeBack(_ operation: UInt) {
    _ = lock.withLock { inFlight.removeValue(forKey: operation) }
  }

  /// The source wants to hear when the next wait begins.
  func remember(_ source: any PortSource) {
    lock.withLock {
      if !isClosed { due.append(source) }
    }
  }
}

// MARK: - What the poller does

extension PortOperations {
  /// A wait is about to begin.
  ///
  /// - Returns: Whether all sources could do what they have to.
  func beginRound() -> Bool {
    lock.withLock { swap(&due, &round) }
    for source in round { source.beginRound() }
    round.removeAll(keepingCapacity: true)
    return lock.withLock { due.isEmpty }
  }

  /// Takes the packet of an operation.
  func finish(_ operation: UInt) {
    guard let source = lock.withLock({ inFlight.removeValue(forKey: operation) }) else { return }
    source.complete(operation)
    guard !source.isTouched else { return }
    source.isTouched = true
    touched.append(source)
  }

  /// Writes the news of all whose packets were taken, one event for each.
  ///
  /// - Returns: How many events there are now.
  func report(into buffer: UnsafeMutableBufferPointer<Event>, after count: Int) -> Int {
    var count = count
    for source in touched {
      source.isTouched = false
      guard let event = source.takeEvent() else { continue }
      unsafe buffer.initializeElement(at: count, to: event)
      count += 1
    }
    touched.removeAll(keepingCapacity: true)
    return count
  }

  /// Lets nothing begin any more, and what is under way come to its end.
  func close() {
    let sources = lock.withLock {
      isClosed = true
      // What is remembered would keep its source, and that this.
      due = []
      return Array(inFlight.values)
    }
    // One with several operations is told as often, which does no harm.
    for source in sources { source.portWillClose() }
  }

  /// All packets have been taken that will come.
  func forget() {
    for source in touched { source.isTouched = false }
    touched = []
  }
}
