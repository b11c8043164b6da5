import MioCore
import TestHelpers

/// A generator of random operations, which are the same for the same seed.
struct OperationGenerator {
  var random: SplitMix64
  /// The remaining operations of a story.
  ///
  /// Other operations may come between them.
  private var agenda: [Operation] = []

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  mutating func next() -> Operation {
    if agenda.isEmpty, number(below: 56) == 0 { agenda = story() }
    if !agenda.isEmpty, number(below: 3) > 0 { return agenda.removeFirst() }
    return number(below: 8) == 0 ? corner() : common()
  }

  /// Returns an operation that programs perform rarely.
  private mutating func corner() -> Operation {
    switch number(below: 17) {
    case 0: .connect(place(), to: place())
    case 1: .accept(place(), to: place())
    case 2: .openWriter(place(), to: place())
    case 3: .receiveUrgently(place())
    case 4: .takeError(place())
    case 5..<7: .sendDescriptor(place())
    case 7..<9: .readDescriptors(place(), size())
    case 9: .read(place(), 0)
    case 10..<13: .readPieces(place(), pick([0, 10, 1000]), behind: pieces())
    case 13..<15: .writePieces(place(), size(), behind: pieces())
    case 15: .finishConnect(place())
    default: .meetPolls(place(), 3)
    }
  }

  private mutating func common() -> Operation {
    switch number(below: 100) {
    case 0..<8: open()
    case 8..<11: closing()
    case 11..<24: .write(place(), size())
    case 24..<33: .read(place(), size())
    case 33..<41: .drain(place())
    case 41..<43: .fill(place())
    case 43..<44: .shutdown(place(), pick([.read, .write, .write, .both]))
    case 44..<46: .sendUrgently(place())
    case 46..<56: .register(place(), interest(), mode(), by: registry())
    case 56..<62: .reregister(place(), interest(), mode(), by: registry())
    case 62..<65: .deregister(place(), by: registry())
    case 65..<66: .registerTwin(place(), by: registry())
    case 66..<68: registryChange()
    case 68..<70: .makeWaker(waker(), by: registry())
    case 70..<75: .wake(waker())
    case 75..<76: .dropWaker(waker())
    default: polling()
    }
  }

  private mutating func open() -> Operation {
    let kind: ChannelKind =
      switch number(below: 32) {
      case 0..<3: .tcp
      case 3..<13: .borrowed
      case 13..<19: .pipe
      case 19..<21: .fifo
      case 21..<23: .lastingFIFO
      default: .unix
      }
    return number(below: 8) == 0
      ? .duplicate(place(), to: place()) : .open(kind, place(), place())
  }

  private mutating func closing() -> Operation {
    switch number(below: 8) {
    case 0: .reset(place())
    case 1..<4: .abandon(place())
    default: .close(place())
    }
  }

  private mutating func registryChange() -> Operation {
    let duplicate = pick(Array(Model.duplicates))
    return switch number(below: 8) {
    case 0..<4: .duplicateRegistry(registry(), to: duplicate)
    case 4..<7: .dropRegistry(duplicate)
    default: .replacePoll(number(below: 4) == 0 ? 0 : 1)
    }
  }

  private mutating func polling() -> Operation {
    number(below: 256) == 0
      ? .takeTurns(poll())
      : .poll(poll(), capacity: capacity(), waits: number(below: 4) == 0)
  }

  mutating func number(below bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &random)
  }

  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[number(below: values.count)]
  }

  mutating func place() -> Int { number(below: Model.placeCount) }

  private mutating func poll() -> Int { number(below: 10) == 0 ? 1 : 0 }

  private mutating func waker() -> Int { number(below: Model.wakerCount) }

  /// Returns a registry, which is mostly that of the first poll, so that many events are in one
  /// poll.
  private mutating func registry() -> Int {
    number(below: 8) < 5 ? 0 : number(below: Model.registryCount)
  }

  mutating func size() -> Int { pick([1, 2, 10, 100, 500, 1000]) }

  mutating func pieces() -> Int { pick([0, 1, 63, 64, 100]) }

  private mutating func capacity() -> Int { pick([1, 1, 2, 3, 64, 64, 64, 64]) }

  mutating func mode() -> TriggerMode { pick([.edge, .edge, .edge, .level, .oneShot]) }

  mutating func interest() -> Interest {
    switch number(below: 40) {
    case 0: []
    case 1: [.readable, .aio]
    case 2: .lio
    case 3..<12: .readable
    case 12..<20: .writable
    case 20..<34: [.readable, .writable]
    case 34..<36: .priority
    case 36..<38: [.readable, .priority]
    default: [.readable, .writable, .priority]
    }
  }
}
