import CMioSocket

/// Who is at the other end of a Unix socket.
public struct PeerCredentials: Hashable, Sendable {
  /// The user.
  public let userID: UInt32

  /// The group.
  public let groupID: UInt32

  /// The process; `nil` where the system does not say.
  public let processID: Int32?

  init(_ record: c_mio_credentials) {
    userID = record.user
    groupID = record.group
    processID = record.process == 0 ? nil : record.process
  }
}
