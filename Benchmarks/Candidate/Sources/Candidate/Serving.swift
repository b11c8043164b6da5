import Glibc
import MioCore
import MioEpoll
import MioNet

@c public func px_echo(_ port: Int32, _ drains: Int32) {
  do throws(IOError) {
    try echo(port: UInt16(port), drains: drains != 0)
  } catch {
    fail(error)
  }
}

private func echo(port: UInt16, drains: Bool) throws(IOError) {
  var poll = try Poll<EpollSelector>()
  var events = try Events<EpollSelector>(capacity: 1024)
  var connections = TokenTable<TCPStream>(minimumCapacity: 16384)
  let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: port))
  try poll.registry.register(listener, token: 0, interest: .readable)
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 64)
  while true {
    try poll.poll(into: &events)
    for position in events.indices {
      let event = events[position]
      if event.token == 0 {
        while let stream = try listener.accept() {
          try stream.set(.noDelay, to: true)
          let token = connections.insert(stream)
          _ = try connections.withValue(for: token) { stream throws(IOError) in
            try poll.registry.register(stream, token: token, interest: .readable)
          }
        }
        continue
      }
      let isOver = connections.withValue(for: event.token) { stream in
        unsafe serve(stream, buffer, drains: drains)
      }
      if isOver == true { _ = connections.remove(event.token) }
    }
  }
}

/// Echoes the data of a connection. Returns whether the connection has ended.
@inline(__always)
private func serve(
  _ stream: borrowing TCPStream, _ buffer: UnsafeMutableRawBufferPointer, drains: Bool
) -> Bool {
  do throws(IOError) {
    while let count = unsafe try stream.read(into: buffer) {
      if count == 0 { return true }
      var sent = 0
      while sent < count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent..<count])
        if let more = unsafe try stream.write(rest) {
          sent += more
        } else {
          waitUntilWritable(stream)
        }
      }
      if !drains && count < buffer.count { break }
    }
    return false
  } catch {
    return true
  }
}

private func waitUntilWritable(_ stream: borrowing TCPStream) {
  var request = pollfd(fd: stream.descriptor.fileDescriptor, events: Int16(POLLOUT), revents: 0)
  _ = unsafe Glibc.poll(&request, 1, 1000)
}

@c public func px_accept(_ port: Int32) {
  do throws(IOError) {
    var poll = try Poll<EpollSelector>()
    var events = try Events<EpollSelector>(capacity: 1024)
    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: UInt16(port)))
    try poll.registry.register(listener, token: 0, interest: .readable)
    while true {
      try poll.poll(into: &events)
      while let stream = try listener.accept() { _ = stream }
    }
  } catch {
    fail(error)
  }
}

@c public func px_udp(_ port: Int32) {
  do throws(IOError) {
    var poll = try Poll<EpollSelector>()
    var events = try Events<EpollSelector>(capacity: 1024)
    let socket = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: UInt16(port)))
    try poll.registry.register(socket, token: 0, interest: .readable)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 64)
    while true {
      try poll.poll(into: &events)
      while let message = unsafe try socket.receive(into: buffer), let sender = message.sender {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<message.count])
        _ = unsafe try socket.send(bytes, to: sender)
      }
    }
  } catch {
    fail(error)
  }
}
