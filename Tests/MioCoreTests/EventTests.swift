import MioCore
import Testing

struct EventTests {
  /// The bits that Linux reports and the predicates that must be true: R, W, E, RC (read closed),
  /// WC (write closed), P (priority).
  struct Row: CustomTestStringConvertible {
    let situation: String
    let bits: UInt16
    let meaning: String

    var testDescription: String { situation }
  }

  static let IN: UInt16 = 0x1
  static let PRI: UInt16 = 0x2
  static let OUT: UInt16 = 0x4
  static let ERR: UInt16 = 0x8
  static let HUP: UInt16 = 0x10
  static let RDHUP: UInt16 = 0x2000

  static let rows = [
    Row(situation: "connected", bits: OUT, meaning: "W"),
    Row(situation: "data", bits: IN | OUT, meaning: "R W"),
    Row(situation: "never connected TCP", bits: OUT | HUP, meaning: "R W RC WC"),
    Row(situation: "connect refused", bits: OUT | ERR | HUP, meaning: "R W E RC WC"),
    Row(situation: "peer sent FIN", bits: IN | OUT | RDHUP, meaning: "R W RC"),
    Row(
      situation: "peer reset", bits: IN | OUT | ERR | HUP | RDHUP, meaning: "R W E RC WC"),
    Row(situation: "shut in both directions", bits: IN | OUT | HUP | RDHUP, meaning: "R W RC WC"),
    Row(situation: "ICMP error on connected UDP", bits: OUT | ERR, meaning: "R W E WC"),
    Row(situation: "pipe without writer, empty", bits: HUP, meaning: "R RC WC"),
    Row(situation: "pipe without writer, data left", bits: IN | HUP, meaning: "R RC WC"),
    Row(situation: "pipe without reader, room left", bits: OUT | ERR, meaning: "R W E WC"),
    Row(situation: "pipe without reader, full", bits: ERR, meaning: "R W E WC"),
    Row(situation: "urgent data", bits: PRI, meaning: "P"),
    Row(situation: "nothing", bits: 0, meaning: ""),
  ]

  @Test(arguments: rows)
  func `each predicate of an event is true for the readiness bits that it stands for`(_ row: Row) {
    let event = Event(token: 1, readiness: Event.Readiness(rawValue: row.bits))
    var meaning: [String] = []
    if event.isReadable { meaning.append("R") }
    if event.isWritable { meaning.append("W") }
    if event.isError { meaning.append("E") }
    if event.isReadClosed { meaning.append("RC") }
    if event.isWriteClosed { meaning.append("WC") }
    if event.isPriority { meaning.append("P") }
    #expect(meaning.joined(separator: " ") == row.meaning)
    #expect(!event.isAIO && !event.isLIO)
  }

  @Test
  func `the readiness bits of other systems have predicates too`() {
    #expect(Event(token: 1, readiness: .aio).isAIO)
    #expect(Event(token: 1, readiness: .lio).isLIO)
    let finished = Event(token: 1, readiness: [.writable, .writeClosed])
    #expect(finished.isWriteClosed && !finished.isReadClosed && !finished.isError)
  }

  @Test
  func `the predicates of an event agree with their definitions for all conditions`() {
    let (aio, lio, writeClosed): (UInt16, UInt16, UInt16) = (0x40, 0x80, 0x100)
    let all = [Self.IN, Self.PRI, Self.OUT, Self.ERR, Self.HUP, Self.RDHUP, aio, lio, writeClosed]
    let combinations = all.reduce([[]]) { sets, bit in sets + sets.map { $0 + [bit] } }
    for bits in combinations as [[UInt16]] {
      let event = Event(token: 1, readiness: Event.Readiness(rawValue: bits.reduce(0, |)))
      func has(_ bit: UInt16) -> Bool { bits.contains(bit) }
      // An error alone says that both directions have failed.
      let hasOnlyFailed = bits == [Self.ERR]
      #expect(event.isReadable == (has(Self.IN) || has(Self.HUP) || has(Self.ERR)))
      #expect(event.isWritable == (has(Self.OUT) || hasOnlyFailed))
      #expect(event.isError == has(Self.ERR))
      #expect(event.isReadClosed == (has(Self.RDHUP) || has(Self.HUP)))
      #expect(
        event.isWriteClosed
          == (has(Self.HUP) || has(writeClosed) || has(Self.OUT) && has(Self.ERR) || hasOnlyFailed))
      #expect(event.isPriority == has(Self.PRI))
      #expect(event.isAIO == has(aio))
      #expect(event.isLIO == has(lio))
    }
  }

  @Test
  func `events are equal if their tokens and their readiness are equal`() {
    let event = Event(token: 1, readiness: .readable)
    #expect(event == Event(token: 1, readiness: .readable))
    #expect(event != Event(token: 2, readiness: .readable))
    #expect(event != Event(token: 1, readiness: .writable))
    #expect(MemoryLayout<Event>.size <= 16)
  }

  @Test
  func `the description of an event contains its token and its readiness`() {
    let event = Event(token: 7, readiness: [.readable, .readClosed, .priority])
    #expect(event.description == "Event(Token(7), [readable, readClosed, priority])")
  }

  @Test
  func `the description of an event contains the name of each readiness bit`() {
    // An error ends both directions, so operations in both directions report it.
    let names: [(Event.Readiness, String)] = [
      (.readable, "readable"), (.writable, "writable"),
      (.error, "readable, writable, error, writeClosed"),
      (.readClosed, "readClosed"), (.writeClosed, "writeClosed"), (.priority, "priority"),
      (.aio, "aio"), (.lio, "lio"),
    ]
    for (readiness, name) in names {
      #expect(Event(token: 7, readiness: readiness).description == "Event(Token(7), [\(name)])")
    }
  }

  @Test
  func `a token can be created from any integer type`() {
    let index = 7
    #expect(Token(index) == 7)
    #expect(Token(UInt8(7)) == 7)
    let negative = -1
    #expect(Token(negative) == Token(UInt.max))
    #expect(Token(.max).rawValue == .max)
  }
}
