import CMioErrors

extension IOError {
  /// The portable meaning of an error.
  ///
  /// New kinds may be added. A `switch` outside of Mio ends with `@unknown default`.
  @nonexhaustive
  public enum Kind: UInt8, Hashable, Sendable {
    /// Another error, which ``IOError/code`` identifies.
    case other
    /// The source is already registered. Mio checks this itself; a raw descriptor may also cause
    /// `EEXIST`.
    case alreadyRegistered
    /// The source is not registered with this selector. Mio checks this itself; epoll also returns
    /// `ENOENT`.
    case notRegistered
    /// An argument is invalid, or links or nested polls would form a loop. `EINVAL`, `ELOOP`.
    case invalidArgument
    /// The system does not support the operation. `ENOSYS`, `EOPNOTSUPP`, `ENOTSUP`, `ENOPROTOOPT`,
    /// `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT`.
    case unsupported
    /// A signal interrupted the call. `EINTR`.
    case interrupted
    /// The operation would block, in a function that cannot return `nil`. `EAGAIN`.
    case wouldBlock
    /// The descriptor is not open. `EBADF`.
    case badDescriptor
    /// The descriptor is not a socket. `ENOTSOCK`.
    case notSocket
    /// The operation is not permitted, or epoll cannot watch the descriptor. `EPERM`, `EACCES`,
    /// `EROFS`.
    case permissionDenied
    /// The process or the system has no descriptor left. `EMFILE`, `ENFILE`.
    case tooManyOpenFiles
    /// The system has no memory, buffers or watches left. `ENOMEM`, `ENOBUFS`, `ENOSPC`,
    /// `ETOOMANYREFS`.
    case outOfMemory
    /// The name already exists. `EEXIST`.
    case alreadyExists
    /// The name, or the interface of a multicast group, does not exist. `ENOENT`, `ENODEV`,
    /// `ENXIO`, `ENOTDIR`.
    case notFound
    /// The name is too long for the system. `ENAMETOOLONG`.
    case nameTooLong
    /// Another socket uses the address. `EADDRINUSE`.
    case addressInUse
    /// The address does not belong to this machine. `EADDRNOTAVAIL`.
    case addressNotAvailable
    /// The system or the socket does not support this kind of address. `EAFNOSUPPORT`.
    case addressFamilyNotSupported
    /// The socket needs a destination address. `EDESTADDRREQ`.
    case destinationRequired
    /// The message is too long. `EMSGSIZE`.
    case messageTooLong
    /// No socket listens at the address. `ECONNREFUSED`.
    case connectionRefused
    /// The peer or the network reset the connection. `ECONNRESET`, `ENETRESET`.
    case connectionReset
    /// This side aborted the connection. `ECONNABORTED`.
    case connectionAborted
    /// The writing side is closed, by the peer or by a shutdown on this side. `EPIPE`.
    case brokenPipe
    /// The socket is already connected. `EISCONN`.
    case alreadyConnected
    /// The socket is not connected. `ENOTCONN`.
    case notConnected
    /// A connect is in progress. `EINPROGRESS`, `EALREADY`.
    case inProgress
    /// The peer did not answer in time. `ETIMEDOUT`.
    case timedOut
    /// The network is down. `ENETDOWN`.
    case networkDown
    /// There is no route to the network. `ENETUNREACH`.
    case networkUnreachable
    /// There is no route to the host, or the host is down. `EHOSTUNREACH`, `EHOSTDOWN`.
    case hostUnreachable

    /// Creates the kind that corresponds to an error code of the system.
    public init(code: Int32) {
      self = Kind.posix(code) ?? Kind.network(code) ?? .other
    }

    private static func posix(_ code: Int32) -> Kind? {
      switch Int(code) {
      case C_MIO_EINTR: .interrupted
      case C_MIO_EAGAIN, C_MIO_EWOULDBLOCK: .wouldBlock
      case C_MIO_EINVAL, C_MIO_ELOOP: .invalidArgument
      case C_MIO_EBADF: .badDescriptor
      case C_MIO_EPERM, C_MIO_EACCES, C_MIO_EROFS: .permissionDenied
      case C_MIO_EMFILE, C_MIO_ENFILE: .tooManyOpenFiles
      case C_MIO_ENOMEM, C_MIO_ENOBUFS, C_MIO_ENOSPC, C_MIO_ETOOMANYREFS: .outOfMemory
      case C_MIO_EEXIST: .alreadyExists
      case C_MIO_ENOENT, C_MIO_ENODEV, C_MIO_ENXIO, C_MIO_ENOTDIR: .notFound
      case C_MIO_ENAMETOOLONG: .nameTooLong
      case C_MIO_EPIPE: .brokenPipe
      case C_MIO_ENOSYS, C_MIO_EOPNOTSUPP, C_MIO_ENOTSUP, C_MIO_ENOPROTOOPT,
        C_MIO_EPROTONOSUPPORT, C_MIO_ESOCKTNOSUPPORT:
        .unsupported
      default: nil
      }
    }

    private static func network(_ code: Int32) -> Kind? {
      switch Int(code) {
      case C_MIO_ENOTSOCK: .notSocket
      case C_MIO_EADDRINUSE: .addressInUse
      case C_MIO_EADDRNOTAVAIL: .addressNotAvailable
      case C_MIO_EAFNOSUPPORT: .addressFamilyNotSupported
      case C_MIO_EDESTADDRREQ: .destinationRequired
      case C_MIO_EMSGSIZE: .messageTooLong
      case C_MIO_ECONNREFUSED: .connectionRefused
      case C_MIO_ECONNRESET, C_MIO_ENETRESET: .connectionReset
      case C_MIO_ECONNABORTED: .connectionAborted
      case C_MIO_EISCONN: .alreadyConnected
      case C_MIO_ENOTCONN: .notConnected
      case C_MIO_EINPROGRESS, C_MIO_EALREADY: .inProgress
      case C_MIO_ETIMEDOUT: .timedOut
      case C_MIO_ENETDOWN: .networkDown
      case C_MIO_ENETUNREACH: .networkUnreachable
      case C_MIO_EHOSTUNREACH, C_MIO_EHOSTDOWN: .hostUnreachable
      default: nil
      }
    }
  }
}

extension IOError.Kind: CustomStringConvertible {
  /// A textual description whose format may change.
  public var description: String {
    switch self {
    case .other: "other error"
    case .alreadyRegistered: "already registered"
    case .notRegistered: "not registered"
    case .invalidArgument: "invalid argument"
    case .unsupported: "not supported"
    case .interrupted: "interrupted"
    case .wouldBlock: "would block"
    case .badDescriptor: "bad descriptor"
    case .notSocket: "not a socket"
    case .permissionDenied: "permission denied"
    case .tooManyOpenFiles: "too many open files"
    case .outOfMemory: "out of memory"
    case .alreadyExists: "already exists"
    case .notFound: "not found"
    case .nameTooLong: "name too long"
    case .addressInUse: "address in use"
    case .addressNotAvailable: "address not available"
    case .addressFamilyNotSupported: "address family not supported"
    case .destinationRequired: "destination required"
    case .messageTooLong: "message too long"
    case .connectionRefused: "connection refused"
    case .connectionReset: "connection reset"
    case .connectionAborted: "connection aborted"
    case .brokenPipe: "broken pipe"
    case .alreadyConnected: "already connected"
    case .notConnected: "not connected"
    case .inProgress: "in progress"
    case .timedOut: "timed out"
    case .networkDown: "network down"
    case .networkUnreachable: "network unreachable"
    case .hostUnreachable: "host unreachable"
    }
  }
}
