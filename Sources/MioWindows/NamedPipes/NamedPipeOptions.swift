import CMioWindows
import MioCore

/// Whether a pipe carries bytes or messages.
@frozen
public enum NamedPipeMode: Hashable, Sendable {
  /// The pipe carries a stream of bytes.
  case bytes
  /// The pipe carries messages: each write is a message, and no read returns bytes of two messages.
  case messages
}

/// The direction of the bytes in a pipe.
@frozen
public enum NamedPipeDirection: Hashable, Sendable {
  /// Both ends read and write.
  case duplex
  /// The client writes, and the server reads.
  case inbound
  /// The server writes, and the client reads.
  case outbound
}

/// The options of an instance of a pipe.
public struct NamedPipeOptions: Hashable, Sendable {
  /// Whether the pipe carries bytes or messages; all instances of a name must have the same mode.
  public var mode = NamedPipeMode.bytes

  /// The direction of the bytes; all instances of a name must have the same direction.
  public var direction = NamedPipeDirection.duplex

  /// Whether the instance must be the first one of its name, so that no other program has the name.
  ///
  /// The flag is `FILE_FLAG_FIRST_PIPE_INSTANCE`. Set the property to `false` for every further
  /// instance.
  public var isFirstInstance = true

  /// The maximum number of simultaneous instances, 1 to 254; `nil` for no limit other than the
  /// system's.
  public var maximumInstances: Int?

  /// Whether clients on other computers may connect.
  public var acceptsRemoteClients = false

  /// The number of bytes from the client that the system buffers until they are read; a hint.
  public var inboundCapacity = 65_536

  /// The number of bytes from the server that the system buffers until they are read; a hint.
  public var outboundCapacity = 65_536

  /// Creates the most common options: bytes, the first instance, local clients only.
  public init() {}
}

extension NamedPipeOptions {
  func forSystem() throws(IOError) -> c_mio_named_pipe_options {
    guard maximumInstances.map({ (1...254).contains($0) }) ?? true,
      let inbound = UInt32(exactly: inboundCapacity),
      let outbound = UInt32(exactly: outboundCapacity)
    else {
      try IOError.raise(.invalidArgument, .create)
    }
    return c_mio_named_pipe_options(
      open_mode: openMode, pipe_mode: pipeMode,
      instances: maximumInstances.map { UInt32($0) } ?? C_MIO_PIPE_UNLIMITED,
      inbound: inbound, outbound: outbound)
  }

  private var openMode: UInt32 {
    let access =
      switch direction {
      case .duplex: C_MIO_PIPE_ACCESS_INBOUND | C_MIO_PIPE_ACCESS_OUTBOUND
      case .inbound: C_MIO_PIPE_ACCESS_INBOUND
      case .outbound: C_MIO_PIPE_ACCESS_OUTBOUND
      }
    let first = isFirstInstance ? C_MIO_FILE_FLAG_FIRST_PIPE_INSTANCE : 0
    return access | first | C_MIO_FILE_FLAG_OVERLAPPED
  }

  private var pipeMode: UInt32 {
    let type = mode == .messages ? C_MIO_PIPE_TYPE_MESSAGE | C_MIO_PIPE_READMODE_MESSAGE : 0
    return type | (acceptsRemoteClients ? 0 : C_MIO_PIPE_REJECT_REMOTE_CLIENTS)
  }
}
