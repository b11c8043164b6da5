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
  /// A connection is cut.
  case reset
  /// A datagram is lost.
  case lostDatagram
  /// A datagram arrives twice.
  case duplicateDatagram
}

/// How probable each fault is, whenever it can happen.
public struct FaultRates: Sendable {
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
}
