import CMioWindows
import MioCore

/// Whether a pipe carries bytes or messages.
@frozen
public enum NamedPipeMode: Hashable, Sendable {
  /// A stream of bytes.
  case bytes
  /// Each write is a message, and no read returns bytes of two.
  case messages
}

/// How an instance of a pipe is created.
public struct NamedPipeOptions: Hashable, Sendable {
  /// Whether the pipe carries bytes or messages; all instances of a name must agree.
  public var mode = NamedPipeMode.bytes

  /// Whether this must be the first instance of its name: nobody else can have taken it then.
  ///
  /// `FILE_FLAG_FIRST_PIPE_INSTANCE`. `false` for every further instance.
  public var isFirstInstance = true

  /// How many instances there may be at a time, 1 to 254; `nil` for as many as the system has room for.
  public var maximumInstances: Int?

  /// Whether clients on other computers may connect.
  public var acceptsRemoteClients = false

  /// How many bytes the system keeps that the client has written and nobody has read; a hint.
  public var inboundCapacity = 65_536

  /// How many bytes the system keeps that the server has written and nobody has read; a hint.
  public var outboundCapacity = 65_536

  /// Creates options as they are mostly wanted: bytes, the first instance, local clients only.
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
      instances: maximumInstances.map { UInt32($0) } ?? C_MIO_PIPE_UNLIMITED,
      inbound: inbound, outbound: outbound, messages: mode == .messages, first: isFirstInstance,
      remote: acceptsRemoteClients)
  }
}
