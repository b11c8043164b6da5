import MioCore
import MioNet
import TestHelpers

extension Situation {
  static let datagrams: [Situation] = [
    Situation("UDP, fresh", says: .w) { look in
      try look(try UDPSocket(.v4))
    },
    Situation("UDP, a message to receive", says: [.r, .w]) { look in
      let pair = try Loopback.udpPair()
      try pair.second.send([1])
      try look(pair.first)
    },
    Situation(
      "UDP, connected, ICMP said unreachable", says: [.r, .w, .e], falsely: .wc,
      kqueue: [.r, .w], libkqueue: [.r, .w, .e, .rc, .wc], windows: .w,
      arrange: unreachable),
    Situation(
      "UDP, connected, ICMP said unreachable (readable only)", interest: .readable,
      says: [.r, .w, .e], falsely: .wc, kqueue: .r, libkqueue: [.r, .e, .rc, .wc], windows: [],
      arrange: unreachable),
  ]

  @Sendable
  private static func unreachable(_ look: Observation) throws {
    let socket = try Loopback.udpSocket()
    try socket.connect(to: try Loopback.udpSocket().localAddress)  // no socket is there
    try socket.send([1])
    try look(socket)
  }
}
