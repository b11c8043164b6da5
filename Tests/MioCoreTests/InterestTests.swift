import MioCore
import Testing

struct InterestTests {
  static let all: [Interest] = [.readable, .writable, .aio, .lio, .priority]

  @Test
  func `interests are disjoint bits`() {
    for (index, one) in Self.all.enumerated() {
      for other in Self.all[(index + 1)...] { #expect(one.isDisjoint(with: other)) }
    }
  }

  @Test
  func `interests unite and subtract`() {
    var interest: Interest = [.readable, .writable]
    #expect(interest == Interest.readable.union(.writable))
    interest.remove(.readable)
    #expect(interest == .writable)
    interest.remove(.writable)
    #expect(interest.isEmpty)
  }

  @Test
  func `a description names every interest`() {
    let everything = Self.all.reduce(into: Interest()) { $0.formUnion($1) }
    #expect(everything.description == "[readable, writable, aio, lio, priority]")
    #expect(Interest.writable.description == "[writable]")
    #expect(Interest().description == "[]")
  }
}
