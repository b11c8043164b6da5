import CMioWindows
import MioCore
import Testing

@testable import MioWindows

/// The events of a poll of AFD, and their readiness.
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
  func `the AFD events of an interest include every failure and the end of the handle`(
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
  func `each AFD event has the readiness that the other systems report`(
    _ events: AFDEvents, _ readiness: Event.Readiness
  ) {
    #expect(events.readiness == readiness)
  }

  @Test
  func `an operation that would block requests the AFD events of its direction`() {
    #expect(
      AFDEvents(Direction.readable) == [.receive, .accept, .disconnect, .receiveExpedited])
    #expect(AFDEvents(Direction.writable) == .send)
  }
}
