import MioCore
import MioNet
import MioSystem

/// Greets everyone who connects.
@main
enum QuickStart {
  static func main() throws(IOError) {
    let server = Token(0)
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 128)

    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 9000))
    try poll.registry.register(listener, token: server, interest: .readable)
    print("try: nc", try listener.localAddress.ip, try listener.localAddress.port)

    var guests = TokenTable<TCPStream>(minimumCapacity: 64)
    while true {
      try poll.poll(into: &events, timeout: .seconds(1))
      for event in events {
        if event.token == server {
          while let stream = try listener.accept() {  // nil: would block, all are accepted
            let guest = guests.insert(stream)
            try guests.withValue(for: guest) { stream throws(IOError) in
              try poll.registry.register(stream, token: guest, interest: .writable)
            }
          }
        } else if let stream = guests.remove(event.token) {
          _ = try? stream.write("hello, and goodbye\n")
        }  // the stream goes out of scope, which closes it
      }
    }
  }
}
