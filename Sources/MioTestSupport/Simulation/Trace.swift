public import MioCore

/// The events of a simulation, for a person who investigates a failure.
public struct Trace: Sendable {
  /// An event of a simulation.
  public struct Entry: Sendable {
    /// The virtual time of the event.
    public let time: Instant
    /// The host of the event, or `nil` for the network.
    public let host: String?
    let event: TraceEvent
  }

  /// The last entries.
  ///
  /// Older entries are removed.
  public var entries: [Entry] { Array(stored[start...] + stored[..<start]) }

  private var stored: [Entry] = []
  private var start = 0
  private let capacity: Int
  /// The number of all entries, including the removed ones.
  private(set) var count = 0

  /// A hash of the trace.
  ///
  /// Equal traces have equal hashes, and different traces almost always have different hashes. The
  /// hash includes the removed entries.
  public private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325

  init(capacity: Int) {
    self.capacity = capacity
  }

  mutating func append(_ event: TraceEvent, _ host: SimulatedHost?, _ time: Instant) {
    for word in [time.nanoseconds, UInt64(host?.number ?? 0), event.word] {
      fingerprint = (fingerprint ^ word) &* 0x0000_0100_0000_01B3
    }
    count += 1
    let entry = Entry(time: time, host: host?.name, event: event)
    if stored.count < capacity {
      stored.append(entry)
    } else {
      stored[start] = entry
      start = (start + 1) % capacity
    }
  }
}

extension Trace: CustomStringConvertible {
  /// The entries, one on each line.
  public var description: String { entries.map(\.description).joined(separator: "\n") }
}

extension Trace.Entry: CustomStringConvertible {
  /// The time in milliseconds, the host, and the event.
  public var description: String {
    let digits = String(time.nanoseconds % 1_000_000)
    let fraction = String(repeating: "0", count: 6 - digits.count) + digits
    return "\(time.nanoseconds / 1_000_000).\(fraction) ms  \(host ?? "network"): \(event)"
  }
}

/// The kinds of events.
enum TraceEvent: Sendable {
  case reads(file: Int, count: Int?)
  case writes(file: Int, count: Int?)
  case fails(IOError)
  case accepts(file: Int)
  case connects(file: Int)
  case arrives(file: Int, count: Int)
  case ends(file: Int)
  case isReset(file: Int)
  case closes(file: Int)
  case registers(file: Int, Token)
  case waits(until: Instant?)
  case reports(Event)
  case wakes
  case strikes(Fault)
  case deviates(Decision.Step)
  case finishes
}

extension TraceEvent: CustomStringConvertible {
  var description: String {
    switch self {
    case .reads(let file, let count?): "reads \(count) bytes from \(file)"
    case .reads(let file, nil): "reading from \(file) would block"
    case .writes(let file, let count?): "writes \(count) bytes to \(file)"
    case .writes(let file, nil): "writing to \(file) would block"
    case .fails(let error): "\(error)"
    case .accepts(let file): "accepts \(file)"
    case .connects(let file): "connects \(file)"
    case .arrives(let file, let count): "\(count) bytes arrive at \(file)"
    case .ends(let file): "the end arrives at \(file)"
    case .isReset(let file): "\(file) is reset"
    case .closes(let file): "closes \(file)"
    case .registers(let file, let token): "registers \(file) as \(token)"
    case .waits(let deadline?): "waits until \(deadline.nanoseconds) ns"
    case .waits(nil): "waits"
    case .reports(let event): "receives \(event)"
    case .wakes: "is woken"
    case .strikes(let fault): "fault: \(fault)"
    case .deviates(let step): "step: \(step)"
    case .finishes: "is done"
    }
  }

  /// The value that the fingerprint includes for the event.
  fileprivate var word: UInt64 {
    switch self {
    case .reads(let file, let count): combine(1, file, count ?? -1)
    case .writes(let file, let count): combine(2, file, count ?? -1)
    case .fails(let error): combine(3, Int(error.kind.rawValue), Int(error.operation.rawValue))
    case .accepts(let file): combine(4, file, 0)
    case .connects(let file): combine(5, file, 0)
    case .arrives(let file, let count): combine(6, file, count)
    case .ends(let file): combine(7, file, 0)
    case .isReset(let file): combine(8, file, 0)
    case .closes(let file): combine(9, file, 0)
    case .registers(let file, let token): combine(10, file, Int(bitPattern: token.rawValue))
    case .waits(let deadline):
      combine(11, Int(truncatingIfNeeded: deadline?.nanoseconds ?? 0), deadline == nil ? 0 : 1)
    case .reports(let event):
      combine(12, Int(bitPattern: event.token.rawValue), Int(event.readiness.rawValue))
    case .wakes: combine(13, 0, 0)
    case .strikes(let fault): combine(14, fault.rawValue, 0)
    case .deviates(let step): combine(15, step.rawValue, 0)
    case .finishes: combine(16, 0, 0)
    }
  }

  private func combine(_ kind: UInt64, _ first: Int, _ second: Int) -> UInt64 {
    (kind &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: Int64(first))) &* 0xBF58_476D_1CE4_E5B9
      ^ UInt64(bitPattern: Int64(second))
  }
}
