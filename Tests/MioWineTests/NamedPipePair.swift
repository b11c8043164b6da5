import MioCore
import MioTestSupport
import MioWindows
import TestHelpers
import Testing

/// Pipes with unique names.
enum NamedPipes {
  static func newName() -> String {
    #"\\.\pipe\mio-\#(UInt64.random(in: .min ... .max))"#
  }

  /// Makes a server and a client that has opened it; neither is registered.
  ///
  /// The first of the pair is the server.
  static func pair(
    _ mode: NamedPipeMode = .bytes
  ) throws(IOError) -> ConnectedPair<NamedPipe> {
    let name = newName()
    var options = NamedPipeOptions()
    options.mode = mode
    let server = try NamedPipe(creating: name, options: options)
    let client = try NamedPipe(opening: name, mode: mode)
    return ConnectedPair(first: server, second: client)
  }

  /// Makes a pair whose ends are registered for both directions: the server with 0, the client with
  /// 1.
  static func pair(
    _ mode: NamedPipeMode = .bytes, on poll: any TestPoll
  ) throws(IOError) -> ConnectedPair<NamedPipe> {
    let pair = try pair(mode)
    try poll.register(pair.first, token: 0, interest: [.readable, .writable])
    try poll.register(pair.second, token: 1, interest: [.readable, .writable])
    return pair
  }
}

extension TestPoll {
  /// Writes all bytes, and waits for an event whenever writing would block.
  func send(
    _ bytes: [UInt8], to pipe: borrowing NamedPipe, token: Token
  ) throws(IOError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      if let count = try pipe.send(Array(rest)) {
        rest = rest.dropFirst(count)
      } else {
        try next(token, where: \.isWritable)
      }
    }
  }
}
