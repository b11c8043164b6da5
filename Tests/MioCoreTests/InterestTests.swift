import MioCore
import Testing

struct InterestTests {
  static let all: [Interest] = [.readable, .writable, .aio, .lio, .priority]

  @Test
  func `every interest has its own bit`() {
    for (index, one) in Self.all.enumerated() {
      for other in Self.all[(index + 1)...] { #expect(one.isDisjoint(with: other)) }
    }
  }

  @Test
  func `interests can be united and subtracted`() {
    var interest: Interest = [.readable, .writable]
    #expect(interest == Interest.readable.union(.writable))
    interest.remove(.readable)
    #expect(interest == .writable)
    interest.remove(.writable)
    #expect(interest.isEmpty)
  }

  @Test
  func `the description of an interest contains the name of each condition`() {
    let everything = Self.all.reduce(into: Interest()) { $0.formUnion($1) }
    #expect(everything.description == "[readable, writable, aio, lio, priority]")
    #expect(Interest.writable.description == "[writable]")
    #expect(Interest().description == "[]")
  }
}
