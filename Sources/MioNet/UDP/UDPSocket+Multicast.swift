import CMioSocket
public import MioCore

extension UDPSocket {
  /// Receives also what is sent to a group.
  ///
  /// - Parameters:
  ///   - group: The group's address.
  ///   - interface: The address of the interface to receive on; the system picks one for `.any`.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for an address that is no group's,
  ///   `.addressInUse` for a group that the socket is in already, `.notFound` for no such interface,
  ///   `.outOfMemory` for too many groups.
  /// - SeeAlso: mio 1.2.2 `join_multicast_v4`; `IP_ADD_MEMBERSHIP` in `ip(7)`.
  public borrowing func join(
    _ group: IPv4Address, interface: IPv4Address = .any
  ) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .joinGroup) }
    try setMembership(.v4(group), .v4(interface), 0, .joinGroup)
  }

  /// Ceases to receive what is sent to a group.
  ///
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` for a group that the socket is not in,
  ///   `.invalidArgument` for an address that is no group's.
  /// - SeeAlso: mio 1.2.2 `leave_multicast_v4`; `IP_DROP_MEMBERSHIP` in `ip(7)`.
  public borrowing func leave(
    _ group: IPv4Address, interface: IPv4Address = .any
  ) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .leaveGroup) }
    try setMembership(.v4(group), .v4(interface), 0, .leaveGroup)
  }

  /// Receives also what is sent to a group.
  ///
  /// - Parameters:
  ///   - group: The group's address.
  ///   - interface: The index of the interface to receive on; the system picks one for 0.
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: mio 1.2.2 `join_multicast_v6`; `IPV6_JOIN_GROUP` in `ipv6(7)`.
  public borrowing func join(_ group: IPv6Address, interface: UInt32 = 0) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .joinGroup) }
    try setMembership(.v6(group), .v4(.any), interface, .joinGroup)
  }

  /// Ceases to receive what is sent to a group.
  ///
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: mio 1.2.2 `leave_multicast_v6`; `IPV6_LEAVE_GROUP` in `ipv6(7)`.
  public borrowing func leave(_ group: IPv6Address, interface: UInt32 = 0) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .leaveGroup) }
    try setMembership(.v6(group), .v4(.any), interface, .leaveGroup)
  }

  private borrowing func setMembership(
    _ group: IPAddress, _ interface: IPAddress, _ index: UInt32, _ operation: IOError.Operation
  ) throws(IOError) {
    var group = group.record
    var interface = interface.record
    let result = unsafe c_mio_set_membership(
      descriptor.rawValue, &group, &interface, index, operation == .joinGroup ? 1 : 0)
    if result < 0 { try IOError.raise(result, operation) }
  }
}
