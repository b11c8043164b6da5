extension IOError {
  /// The operation that failed.
  ///
  /// New ones may be added: switch with a `default`.
  public enum Operation: UInt8, Hashable, Sendable {
    /// Creating a selector, or what it needs inside.
    case createSelector
    /// Creating the buffer of an ``Events`` value.
    case createEvents
    /// Creating a waker.
    case createWaker
    /// Duplicating a registry, a selector or a descriptor.
    case duplicate
    /// `register`.
    case register
    /// `reregister`.
    case reregister
    /// `deregister`.
    case deregister
    /// `poll`.
    case poll
    /// `wake`.
    case wake
    /// Making an address.
    case createAddress
    /// Creating a socket, a pair of them, or a pipe.
    case create
    /// Making room for messages, or for what goes beside them.
    case createBuffer
    /// Adding to a batch of messages, or to what goes beside one.
    case append
    /// Taking over a descriptor from elsewhere.
    case adopt
    /// `bind`.
    case bind
    /// `listen`.
    case listen
    /// `accept`.
    case accept
    /// `connect`, and the completion of it.
    case connect
    /// Reading from a stream or a pipe, and `peek` of a stream.
    case read
    /// Writing to a stream or a pipe.
    case write
    /// `receive`, and `peek` of messages.
    case receive
    /// `send`.
    case send
    /// `shutdown`.
    case shutdown
    /// Reading a socket option.
    case getOption
    /// Setting a socket option.
    case setOption
    /// Joining a multicast group.
    case joinGroup
    /// Leaving a multicast group.
    case leaveGroup
    /// Asking for the socket's own address.
    case localAddress
    /// Asking for the peer's address.
    case peerAddress
    /// Asking who the peer is.
    case peerCredentials
    /// Opening a file or device, or the client's end of a named pipe.
    case open
    /// Throwing the client of a named pipe off.
    case disconnect
    /// `close`.
    case close
    /// Asking for the interfaces of the network.
    case findInterface
  }
}

extension IOError.Operation: CustomStringConvertible {
  /// A text for people; its form may change.
  public var description: String {
    switch self {
    case .createSelector: "create selector"
    case .createEvents: "create events"
    case .createWaker: "create waker"
    case .duplicate: "duplicate"
    case .register: "register"
    case .reregister: "reregister"
    case .deregister: "deregister"
    case .poll: "poll"
    case .wake: "wake"
    case .createAddress: "create address"
    case .create: "create"
    case .createBuffer: "create buffer"
    case .append: "append"
    case .adopt: "adopt"
    case .bind: "bind"
    case .listen: "listen"
    case .accept: "accept"
    case .connect: "connect"
    case .read: "read"
    case .write: "write"
    case .receive: "receive"
    case .send: "send"
    case .shutdown: "shutdown"
    case .getOption: "get option"
    case .setOption: "set option"
    case .joinGroup: "join group"
    case .leaveGroup: "leave group"
    case .localAddress: "local address"
    case .peerAddress: "peer address"
    case .peerCredentials: "peer credentials"
    case .open: "open"
    case .disconnect: "disconnect"
    case .close: "close"
    case .findInterface: "find interface"
    }
  }
}
