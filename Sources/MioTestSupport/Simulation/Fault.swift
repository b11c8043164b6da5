/// An error or an unusual behaviour in a simulated system.
public enum Fault: Int, Sendable, Hashable, CaseIterable {
  /// A read returns fewer bytes than are available.
  case shortRead
  /// A write takes fewer bytes than fit.
  case shortWrite
  /// Time passes between two calls of a program, so that data in transit may arrive.
  case preemption
  /// A program that is ready to run waits for a processor while other things happen.
  case busyProcessor
  /// A signal interrupts a poll.
  case interruptedPoll
  /// An event is reported later than its cause.
  case delayedEvent
  /// An edge is reported again although its source was not drained, as epoll does when more data
  /// arrives.
  case repeatedEdge
  /// An event is reported although the source is not ready.
  case spuriousEvent
  /// A segment takes much longer than usual.
  case slowSegment
  /// A segment carries only a part of the written bytes.
  case splitSegment
  /// Accepting fails because the process has no descriptor left.
  case noDescriptor
  /// A connection is reset at an arbitrary byte.
  case reset
  /// A datagram is lost.
  case lostDatagram
  /// A datagram arrives twice.
  case duplicateDatagram
  /// A write fails because the system has no memory for it.
  case noBufferSpace
  /// The network between two hosts is interrupted for a while.
  case partition
  /// A host with ``SimulatedHost/mayCrash`` crashes and starts again.
  case crash
  /// A waker that was lent with ``SimulatedHost/lend(_:)`` wakes its poll.
  case wake
  /// The clock jumps forward, as on a machine that was suspended.
  case clockJump
}

/// The probability of each fault at each opportunity.
public struct FaultRates: Sendable {
  /// Whether each seed excludes about half of the kinds, because two faults can hide each other.
  ///
  /// A kind with the rate 1 is never excluded.
  public var leavesSomeOut = true

  private var rates = [Double](repeating: 0, count: Fault.allCases.count)

  /// Creates rates with which no fault strikes.
  public init() {}

  /// The probability of a fault, from 0 to 1.
  public subscript(fault: Fault) -> Double {
    get { rates[fault.rawValue] }
    set { rates[fault.rawValue] = min(max(newValue, 0), 1) }
  }

  /// Rates with which no fault strikes.
  public static var none: FaultRates { FaultRates() }

  /// The faults of a healthy but busy system.
  ///
  /// The contract allows all of them.
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

  /// The benign faults, and rare ones: spurious events, resets, and a lack of descriptors.
  public static var hostile: FaultRates {
    var rates = benign
    rates[.spuriousEvent] = 0.05
    rates[.noDescriptor] = 0.1
    rates[.reset] = 0.01
    return rates
  }

  /// The hostile faults, and failures of the system: memory, networks, hosts that may crash, and
  /// the clock.
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
