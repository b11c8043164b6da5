import CMioWindows
import MioCore

/// What a poll of AFD is asked for, and what it answers.
struct AFDEvents: OptionSet, Hashable {
  let rawValue: UInt32

  static var receive: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_RECEIVE) }
  static var receiveExpedited: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_RECEIVE_EXPEDITED) }
  static var send: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_SEND) }
  static var disconnect: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_DISCONNECT) }
  static var abort: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_ABORT) }
  static var localClose: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_LOCAL_CLOSE) }
  static var accept: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_ACCEPT) }
  static var connectFail: AFDEvents { AFDEvents(rawValue: C_MIO_AFD_CONNECT_FAIL) }

  /// The end of both directions.
  static var failures: AFDEvents { [.abort, .connectFail] }

  /// What an interest asks for.
  ///
  /// Never one thing alone: a reset, or the end of what the peer sends, is no answer to a poll for data
  /// or for room only.
  init(_ interest: Interest) {
    var events: AFDEvents = interest.isEmpty ? [] : [.failures, .localClose]
    if interest.contains(.readable) { events.formUnion([.receive, .accept, .disconnect]) }
    if interest.contains(.writable) { events.insert(.send) }
    if interest.contains(.priority) { events.insert(.receiveExpedited) }
    self = events
  }

  /// What an operation that would block makes worth asking for again.
  init(_ direction: Direction) {
    switch direction {
    case .readable: self = [.receive, .accept, .disconnect, .receiveExpedited]
    case .writable: self = .send
    }
  }

  /// The canonical readiness word.
  var readiness: Event.Readiness {
    var readiness: Event.Readiness = []
    if !isDisjoint(with: [.receive, .accept]) { readiness.insert(.readable) }
    if contains(.receiveExpedited) { readiness.insert(.priority) }
    if contains(.send) { readiness.insert(.writable) }
    if contains(.disconnect) { readiness.formUnion([.readable, .readClosed]) }
    if contains(.abort) { readiness.formUnion([.readable, .writable, .error, .hangUp]) }
    if contains(.connectFail) { readiness.formUnion([.writable, .error, .hangUp]) }
    return readiness
  }
}

extension AFDEvents {
  init(rawValue: UInt32) {
    self.rawValue = rawValue
  }
}
