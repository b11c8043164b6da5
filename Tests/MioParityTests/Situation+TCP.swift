import MioCore
import MioNet
import MioTestSupport
import TestHelpers

extension Situation {
  static let streams: [Situation] = [
    Situation("TCP, connected, room to write", says: .w) { look in
      let pair = try Loopback.pair()
      try look(pair.first)
    },
    Situation("TCP, connected, no room to write", says: []) { look in
      let pair = try Loopback.pair()
      try pair.first.fill()
      try look(pair.first)
    },
    Situation("TCP, data to read", says: [.r, .w]) { look in
      let pair = try Loopback.pair()
      try pair.second.send([1])
      try look(pair.first)
    },
    Situation(
      "TCP, never connected", says: .w, falsely: [.r, .rc, .wc], libkqueue: [.r, .w, .rc, .wc],
      windows: []
    ) { look in
      try look(try TCPStream(adopting: try TCPSocket(.v4).takeDescriptor()))
    }.needing(.commonAnswers),
    Situation(
      "TCP, connect refused (writable only)", interest: .writable, says: [.r, .w, .e, .rc, .wc]
    ) { look in
      let address = try Loopback.listener().localAddress  // no socket listens there any more
      try look(try TCPStream(connectingTo: address))
    },
    Situation("TCP, urgent data (readable only)", interest: .readable, says: []) { look in
      let pair = try Loopback.pair()
      _ = pair.second.sendUrgently(1)
      try look(pair.first)
    },
    Situation(
      "TCP, urgent data (priority and readable)", interest: [.readable, .priority], says: .p
    ) { look in
      let pair = try Loopback.pair()
      _ = pair.second.sendUrgently(1)
      try look(pair.first)
    },
    Situation(
      "TCP, urgent and other data (priority and readable)", interest: [.readable, .priority],
      says: [.r, .p]
    ) { look in
      let pair = try Loopback.pair()
      try pair.second.send([1])
      _ = pair.second.sendUrgently(2)
      try look(pair.first)
    },
  ]

  static let closings: [Situation] = [
    Situation("TCP, the peer finished", says: [.r, .w, .rc]) { look in
      let pair = try Loopback.pair()
      try pair.second.shutdown(.write)
      try look(pair.first)
    },
    Situation("TCP, the peer finished (writable only)", interest: .writable, says: .w) { look in
      let pair = try Loopback.pair()
      try pair.second.shutdown(.write)
      try look(pair.first)
    },
    Situation("TCP, the peer closed having read everything", says: [.r, .w, .rc]) { look in
      let pair = try Loopback.pair()
      let first = pair.first
      try pair.second.close()
      try look(first)
    },
    // The kernels of the BSDs send a FIN, and send a reset only for later data. Linux, on which
    // libkqueue runs, sends a reset immediately.
    Situation(
      "TCP, the peer closed with bytes unread", says: [.r, .w, .e, .rc, .wc],
      kqueue: [.r, .w, .rc]
    ) { look in
      let pair = try Loopback.pair()
      let first = pair.first
      try first.send([1])
      try pair.second.close()
      try look(first)
    },
    Situation("TCP, the peer reset", says: [.r, .w, .e, .rc, .wc]) { look in
      let pair = try Loopback.pair()
      let first = pair.first
      try pair.second.set(.linger, to: .zero)
      try pair.second.close()
      try look(first)
    },
    Situation("TCP, reading shut down here", says: [.r, .w, .rc], windows: .w) { look in
      let pair = try Loopback.pair()
      try pair.first.shutdown(.read)
      try look(pair.first)
    },
    Situation("TCP, writing shut down here", says: .w, kqueue: [.w, .wc]) { look in
      let pair = try Loopback.pair()
      try pair.first.shutdown(.write)
      try look(pair.first)
    },
    Situation(
      "TCP, both directions shut down here", says: [.r, .w, .rc, .wc], windows: .w
    ) { look in
      let pair = try Loopback.pair()
      try pair.first.shutdown(.both)
      try look(pair.first)
    },
    Situation(
      "TCP, finished by both sides", says: [.r, .w, .rc, .wc], windows: [.r, .w, .rc]
    ) { look in
      let pair = try Loopback.pair()
      try pair.first.shutdown(.write)
      try pair.second.shutdown(.write)
      try look(pair.first)
    },
  ]

  static let listeners: [Situation] = [
    Situation("listener, nobody waits", says: []) { look in
      try look(try Loopback.listener())
    },
    Situation("listener, a connection waits", says: .r) { look in
      let listener = try Loopback.listener()
      let client = try TCPStream(connectingTo: try listener.localAddress)
      try look(listener)
      _ = client.descriptor
    },
  ]
}
