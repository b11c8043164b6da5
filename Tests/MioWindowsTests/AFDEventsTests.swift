import CMioWindows
import MioCore
import Testing

@testable import MioWindows

/// The events of a poll of AFD, and what they mean.
struct AFDEventsTests {
  static let ends: AFDEvents = [.abort, .connectFail, .localClose]

  @Test(
    arguments: [
      (.readable, [.receive, .accept, .disconnect]), (.writable, .send),
      (.priority, .receiveExpedited),
      (
        [.readable, .writable, .priority],
        [.receive, .accept, .disconnect, .send, .receiveExpedited]
      ),
    ] as [(Interest, AFDEvents)])
  func `an interest asks for its events, and for every end`(
    _ interest: Interest, _ events: AFDEvents
  ) {
    #expect(AFDEvents(interest) == events.union(Self.ends))
  }

  @Test(
    arguments: [
      (.receive, .readable), (.accept, .readable), (.receiveExpedited, .priority),
      (.send, .writable), (.disconnect, [.readable, .readClosed]),
      (.abort, [.readable, .writable, .error, .hangUp]),
      (.connectFail, [.writable, .error, .hangUp]), (.localClose, []),
    ] as [(AFDEvents, Event.Readiness)])
  func `each event means what the other systems report`(
    _ events: AFDEvents, _ readiness: Event.Readiness
  ) {
    #expect(events.readiness == readiness)
  }

  @Test
  func `an operation that would block asks for its direction again`() {
    #expect(
      AFDEvents(Direction.readable) == [.receive, .accept, .disconnect, .receiveExpedited])
    #expect(AFDEvents(Direction.writable) == .send)
  }
}
