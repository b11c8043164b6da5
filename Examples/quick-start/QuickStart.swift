import MioCore
import MioNet
import MioSystem

/// Greets every client that connects.
@main
enum QuickStart {
  static func main() throws(IOError) {
    let server = Token(0)
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 128)

    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 9000))
    try poll.registry.register(listener, token: server, interest: .readable)
    print("try: nc", try listener.localAddress.ip, try listener.localAddress.port)

    var clients = TokenTable<TCPStream>(minimumCapacity: 64)
    var retryTime = Instant.never
    while true {
      try poll.poll(into: &events, until: retryTime)
      if retryTime <= poll.now {
        retryTime = .never
        try poll.registry.reregister(listener, token: server, interest: .readable)
      }
      for event in events {
        do throws(IOError) {
          if event.token == server {
            while let stream = try listener.accept() {  // `nil`: accepting would block
              _ = try clients.insert(stream) { stream, token throws(IOError) in
                try poll.registry.register(stream, token: token, interest: .writable)
              }
            }
          } else if let stream = clients.remove(event.token) {
            _ = try stream.write("hello, and goodbye\n")
          }  // The stream goes out of scope. That closes it.
        } catch {
          // A connection failed, or no descriptor is left. Connections may still wait in the listener.
          print(error)
          retryTime = poll.now + .milliseconds(100)
        }
      }
    }
  }
}
