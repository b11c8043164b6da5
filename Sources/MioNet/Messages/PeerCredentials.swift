import CMioSocket

/// The user, the group and the process at the other end of a Unix socket.
public struct PeerCredentials: Hashable, Sendable {
  /// The user ID.
  public let userID: UInt32

  /// The group ID.
  public let groupID: UInt32

  /// The process ID; `nil` if the system does not report it.
  public let processID: Int32?

  init(_ record: c_mio_credentials) {
    userID = record.user
    groupID = record.group
    processID = record.process == 0 ? nil : record.process
  }
}
