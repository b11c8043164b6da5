extension IOError {
  /// An operation that failed.
  ///
  /// The values below 0x8000 belong to Mio, and new ones may be added. A program or another library
  /// defines its own operations with values from 0x8000 on:
  ///
  ///     extension IOError.Operation {
  ///       static var handshake: IOError.Operation { IOError.Operation(rawValue: 0x8000) }
  ///     }
  @frozen
  public struct Operation: RawRepresentable, Hashable, Sendable {
    /// The number of the operation.
    public let rawValue: UInt16

    /// Creates an operation from its number.
    @inlinable
    public init(rawValue: UInt16) {
      self.rawValue = rawValue
    }
  }
}

extension IOError.Operation {
  /// Creating a selector, or a resource that it uses.
  @inlinable
  public static var createSelector: IOError.Operation { IOError.Operation(rawValue: 0) }
  /// Creating the buffer of an ``Events`` value.
  @inlinable
  public static var createEvents: IOError.Operation { IOError.Operation(rawValue: 1) }
  /// Creating a waker.
  @inlinable
  public static var createWaker: IOError.Operation { IOError.Operation(rawValue: 2) }
  /// Duplicating a registry, a selector or a descriptor.
  @inlinable
  public static var duplicate: IOError.Operation { IOError.Operation(rawValue: 3) }
  /// `register`.
  @inlinable
  public static var register: IOError.Operation { IOError.Operation(rawValue: 4) }
  /// `reregister`.
  @inlinable
  public static var reregister: IOError.Operation { IOError.Operation(rawValue: 5) }
  /// `deregister`.
  @inlinable
  public static var deregister: IOError.Operation { IOError.Operation(rawValue: 6) }
  /// `poll`.
  @inlinable
  public static var poll: IOError.Operation { IOError.Operation(rawValue: 7) }
  /// `wake`.
  @inlinable
  public static var wake: IOError.Operation { IOError.Operation(rawValue: 8) }
  /// Creating an address.
  @inlinable
  public static var createAddress: IOError.Operation { IOError.Operation(rawValue: 9) }
  /// Creating a socket, a pair of sockets, or a pipe.
  @inlinable
  public static var create: IOError.Operation { IOError.Operation(rawValue: 10) }
  /// Allocating a buffer for messages or their ancillary data.
  @inlinable
  public static var createBuffer: IOError.Operation { IOError.Operation(rawValue: 11) }
  /// Appending to a batch of messages or to ancillary data.
  @inlinable
  public static var append: IOError.Operation { IOError.Operation(rawValue: 12) }
  /// Adopting an existing descriptor.
  @inlinable
  public static var adopt: IOError.Operation { IOError.Operation(rawValue: 13) }
  /// `bind`.
  @inlinable
  public static var bind: IOError.Operation { IOError.Operation(rawValue: 14) }
  /// `listen`.
  @inlinable
  public static var listen: IOError.Operation { IOError.Operation(rawValue: 15) }
  /// `accept`.
  @inlinable
  public static var accept: IOError.Operation { IOError.Operation(rawValue: 16) }
  /// `connect`, and the completion of a connect.
  @inlinable
  public static var connect: IOError.Operation { IOError.Operation(rawValue: 17) }
  /// Reading from a stream or a pipe, and `peek` of a stream.
  @inlinable
  public static var read: IOError.Operation { IOError.Operation(rawValue: 18) }
  /// Writing to a stream or a pipe.
  @inlinable
  public static var write: IOError.Operation { IOError.Operation(rawValue: 19) }
  /// `receive`, and `peek` of messages.
  @inlinable
  public static var receive: IOError.Operation { IOError.Operation(rawValue: 20) }
  /// `send`.
  @inlinable
  public static var send: IOError.Operation { IOError.Operation(rawValue: 21) }
  /// `shutdown`.
  @inlinable
  public static var shutdown: IOError.Operation { IOError.Operation(rawValue: 22) }
  /// Reading a socket option.
  @inlinable
  public static var getOption: IOError.Operation { IOError.Operation(rawValue: 23) }
  /// Setting a socket option.
  @inlinable
  public static var setOption: IOError.Operation { IOError.Operation(rawValue: 24) }
  /// Joining a multicast group.
  @inlinable
  public static var joinGroup: IOError.Operation { IOError.Operation(rawValue: 25) }
  /// Leaving a multicast group.
  @inlinable
  public static var leaveGroup: IOError.Operation { IOError.Operation(rawValue: 26) }
  /// Querying the local address of a socket.
  @inlinable
  public static var localAddress: IOError.Operation { IOError.Operation(rawValue: 27) }
  /// Querying the address of the peer.
  @inlinable
  public static var peerAddress: IOError.Operation { IOError.Operation(rawValue: 28) }
  /// Querying the credentials of the peer.
  @inlinable
  public static var peerCredentials: IOError.Operation { IOError.Operation(rawValue: 29) }
  /// Opening a file or a device, or the client end of a named pipe.
  @inlinable
  public static var open: IOError.Operation { IOError.Operation(rawValue: 30) }
  /// Disconnecting the client of a named pipe.
  @inlinable
  public static var disconnect: IOError.Operation { IOError.Operation(rawValue: 31) }
  /// `close`.
  @inlinable
  public static var close: IOError.Operation { IOError.Operation(rawValue: 32) }
  /// Querying the network interfaces.
  @inlinable
  public static var findInterface: IOError.Operation { IOError.Operation(rawValue: 33) }
}

extension IOError.Operation: CustomStringConvertible {
  /// A textual description whose format may change.
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
    default: "operation \(rawValue)"
    }
  }
}
