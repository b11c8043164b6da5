import CMioWindows
import MioCore
import Testing

@testable import MioWindows

/// The state machine of a socket, in every possible order of events.
struct AFDSocketStateTests {
  @Test
  func `no order of calls and results violates a rule of the socket state`() throws {
    var seen: Set<AFDWorld> = [AFDWorld()]
    var paths: [AFDWorld: [AFDWorld.Move]] = [AFDWorld(): []]
    var front = [AFDWorld()]
    while !front.isEmpty {
      var next: [AFDWorld] = []
      for world in front {
        for move in AFDWorld.Move.allCases {
          var other = world
          do {
            guard try other.make(move) else { continue }
            try other.checkSettling()
          } catch {
            let path = paths[world, default: []] + [move]
            Issue.record("\(error) after \(path)")
            return
          }
          if seen.insert(other).inserted {
            paths[other] = paths[world, default: []] + [move]
            next.append(other)
          }
        }
      }
      front = next
    }
    // The search must have reached all possible states, not only a part of them.
    #expect(seen.count > 1000)
  }
}
