import MioCore
import Testing

/// The counterparts of mio's `tests/interest.rs`.
struct InterestParityTests {
  @Test
  func `an interest contains only itself`() {
    let all: [Interest] = [.readable, .writable, .aio, .lio, .priority]
    for one in all {
      for other in all { #expect(one.contains(other) == (one == other)) }
    }
  }

  @Test
  func `interests can be combined`() {
    let both = Interest.readable.union(.writable)
    #expect(both == [.readable, .writable])
    #expect(both.contains(.readable) && both.contains(.writable))
    #expect(!both.contains(.priority))
  }

  @Test
  func `the text of an interest names its parts`() {
    #expect("\(Interest.readable)" == "[readable]")
    #expect("\(Interest.writable)" == "[writable]")
    #expect("\(Interest([.readable, .writable]))" == "[readable, writable]")
    #expect("\(Interest.aio)" == "[aio]" && "\(Interest.lio)" == "[lio]")
  }

  @Test
  func `an interest can be added and removed`() {
    var interest = Interest.readable
    interest.insert(.writable)
    #expect(interest == [.readable, .writable])
    interest.remove(.readable)
    #expect(interest == .writable)
  }
}
