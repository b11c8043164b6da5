import CMioWindows
import MioCore

/// The events that a poll of AFD requests and returns.
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

  /// The events that end both directions.
  static var failures: AFDEvents { [.abort, .connectFail] }

  /// Creates the events that an interest requests.
  ///
  /// The set always includes the failures, because a poll that requests only data or only send
  /// space does not report a reset. For the same reason reading includes the end of the peer's
  /// data.
  init(_ interest: Interest) {
    var events: AFDEvents = [.failures, .localClose]
    if interest.contains(.readable) { events.formUnion([.receive, .accept, .disconnect]) }
    if interest.contains(.writable) { events.insert(.send) }
    if interest.contains(.priority) { events.insert(.receiveExpedited) }
    self = events
  }

  /// Creates the events to request again after an operation in a direction would block.
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
