import MioCore
import Testing

@testable import MioWindows

/// The state machine of a pipe, in every possible order of events.
struct NamedPipeStateTests {
  @Test(arguments: [(messages: false, skipsPackets: true), (messages: true, skipsPackets: false)])
  func `no order of calls and results violates a rule of the pipe state`(
    messages: Bool, skipsPackets: Bool
  ) throws {
    let first = NamedPipeWorld(messages: messages, skipsPackets: skipsPackets)
    var before: [NamedPipeWorld: (NamedPipeWorld, NamedPipeWorld.Move)] = [:]
    var seen: Set<NamedPipeWorld> = [first]
    var front = [first]
    while let world = front.popLast() {
      for move in NamedPipeWorld.Move.allCases {
        var other = world
        do {
          guard try other.make(move), seen.insert(other).inserted else { continue }
          try other.checkSettling()
        } catch {
          var path = [move]
          var world = world
          while let (previous, move) = before[world] {
            path.insert(move, at: 0)
            world = previous
          }
          Issue.record("\(error) after \(path)")
          return
        }
        before[other] = (world, move)
        front.append(other)
      }
    }
    // The search must have reached all possible states, not only a part of them.
    #expect(seen.count > 1000)
  }
}
