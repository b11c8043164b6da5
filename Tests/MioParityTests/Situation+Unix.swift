import MioCore
import MioNet
import TestHelpers
import Testing

extension Situation {
  static let unixSockets: [Situation] = [
    Situation("Unix stream, the peer closed", says: [.r, .w, .rc, .wc]) { look in
      let pair = try UnixStream.pair()
      let first = pair.first
      try pair.second.close()
      try look(first)
    },
    // Only Linux, on which libkqueue runs, resets the connection.
    Situation(
      "Unix stream, the peer closed with bytes unread", says: [.r, .w, .e, .rc, .wc],
      kqueue: [.r, .w, .rc, .wc]
    ) { look in
      let pair = try UnixStream.pair()
      let first = pair.first
      try first.send([1])
      try pair.second.close()
      try look(first)
    },
    Situation("Unix listener, a connection waits", says: .r) { look in
      let folder = TemporaryFolder()
      let listener = try UnixListener(bindingTo: try folder.address())
      let client = try UnixStream.connected(to: try listener.localAddress)
      try look(listener)
      _ = client.descriptor
    },
    Situation("Unix datagrams, no peer", says: .w) { look in
      try look(try UnixDatagram())
    },
    Situation("Unix datagrams, a pair whose other end is closed", says: .w) { look in
      let pair = try UnixDatagram.pair()
      let first = pair.first
      try pair.second.close()
      try look(first)
    },
  ]
  static let unixPackets: [Situation] = [
    Situation("Unix packets, a packet to receive", says: [.r, .w]) { look in
      let pair = try UnixPacketSocket.pair()
      #expect(try pair.second.send([1].span) == 1)
      try look(pair.first)
    },
    Situation("Unix packets, the peer closed", says: [.r, .w, .rc, .wc]) { look in
      let pair = try UnixPacketSocket.pair()
      let first = pair.first
      try pair.second.close()
      try look(first)
    },
  ]
}
