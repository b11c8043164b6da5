/// Something that goes wrong, or otherwise than usual, in a simulated system.
public enum Fault: Int, Sendable, Hashable, CaseIterable {
  /// A read returns less than there is.
  case shortRead
  /// A write takes less than there is room for.
  case shortWrite
  /// Time passes between two calls of a program, so that what is on its way may arrive.
  case preemption
  /// A program that could go on waits for a processor, while more happens.
  case busyProcessor
  /// A poll is interrupted by a signal.
  case interruptedPoll
  /// An event comes later than what it tells of.
  case delayedEvent
  /// An edge is reported again although its source was not drained, as epoll does when more arrives.
  case repeatedEdge
  /// An event is reported although there is nothing to do.
  case spuriousEvent
  /// A segment takes much longer than usual.
  case slowSegment
  /// A segment carries a part of what was written.
  case splitSegment
  /// Accepting fails, because the process has no descriptor left.
  case noDescriptor
  /// A connection is cut, at any byte.
  case reset
  /// A datagram is lost.
  case lostDatagram
  /// A datagram arrives twice.
  case duplicateDatagram
  /// A write finds no memory for it.
  case noBufferSpace
  /// The network between two hosts is cut for a while.
  case partition
  /// A host that may crash does, and starts again: ``SimulatedHost/mayCrash``.
  case crash
  /// A waker that is lent for it wakes: ``SimulatedHost/lend(_:)``.
  case wake
  /// The clock jumps forward, as it does for a machine that was halted.
  case clockJump
}

/// How probable each fault is, whenever it can happen.
public struct FaultRates: Sendable {
  /// Whether each seed does without about half of the kinds: two faults can hide each other.
  ///
  /// A kind whose rate is 1 is never left out.
  public var leavesSomeOut = true

  private var rates = [Double](repeating: 0, count: Fault.allCases.count)

  /// Nothing goes wrong.
  public init() {}

  /// The probability of a fault, from 0 to 1.
  public subscript(fault: Fault) -> Double {
    get { rates[fault.rawValue] }
    set { rates[fault.rawValue] = min(max(newValue, 0), 1) }
  }

  /// Nothing goes wrong.
  public static var none: FaultRates { FaultRates() }

  /// What a program meets on a healthy system that is busy: all of it is within the contract.
  public static var benign: FaultRates {
    var rates = FaultRates()
    for fault in [
      Fault.shortRead, .shortWrite, .preemption, .busyProcessor, .repeatedEdge, .slowSegment,
      .splitSegment,
    ] { rates[fault] = 0.2 }
    for fault in [Fault.interruptedPoll, .delayedEvent, .lostDatagram, .duplicateDatagram] {
      rates[fault] = 0.05
    }
    return rates
  }

  /// What a program meets at the worst of times.
  public static var hostile: FaultRates {
    var rates = benign
    rates[.spuriousEvent] = 0.05
    rates[.noDescriptor] = 0.1
    rates[.reset] = 0.01
    return rates
  }

  /// The same, and systems fail: memory, networks, hosts that may crash, and the clock.
  public static var disastrous: FaultRates {
    var rates = hostile
    rates[.noBufferSpace] = 0.01
    rates[.partition] = 0.01
    rates[.crash] = 0.002
    rates[.wake] = 0.05
    rates[.clockJump] = 0.001
    return rates
  }
}
