import CMioSocket
public import MioCore

// MARK: - Groups

extension UDPSocket {
  /// Joins a group, so that the socket also receives the messages that are sent to the group.
  ///
  /// - Parameters:
  ///   - group: The address of the group.
  ///   - interfaceAddress: The address of the interface to receive on; with `.any` the system
  ///     chooses.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for an address that is not a multicast
  ///   address, or `.addressInUse` for a group that the socket has already joined. If there is no
  ///   such interface, the kind is `.notFound` on Linux and `.addressNotAvailable` on Apple's
  ///   systems. If there are too many groups, the kind is `.outOfMemory` on Linux.
  /// - SeeAlso: mio 1.2.2 `join_multicast_v4`; `IP_ADD_MEMBERSHIP` in `ip(7)`.
  public borrowing func join(
    _ group: IPv4Address, interfaceAddress: IPv4Address = .any
  ) throws(IOError) {
    try join(.v4(group), interfaceAddress: interfaceAddress)
  }

  /// Leaves a group, so that the socket stops receiving the messages that are sent to the group.
  ///
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` for a group that the socket has not
  ///   joined, or `.invalidArgument` for an address that is not a multicast address.
  /// - SeeAlso: mio 1.2.2 `leave_multicast_v4`; `IP_DROP_MEMBERSHIP` in `ip(7)`.
  public borrowing func leave(
    _ group: IPv4Address, interfaceAddress: IPv4Address = .any
  ) throws(IOError) {
    try leave(.v4(group), interfaceAddress: interfaceAddress)
  }

  /// Joins a group on an interface with an index, which may have no IPv4 address.
  ///
  /// - Parameters:
  ///   - group: The address of the group.
  ///   - interfaceIndex: The index of the interface to receive on; with 0 the system chooses.
  /// - Throws: ``IOError``, as joining with the address of an interface.
  /// - SeeAlso: `MCAST_JOIN_GROUP` in RFC 3678; `struct ip_mreqn` on OpenBSD.
  public borrowing func join(_ group: IPv4Address, interfaceIndex: UInt32) throws(IOError) {
    try join(.v4(group), interfaceIndex: interfaceIndex)
  }

  /// Leaves a group on an interface with an index, which may have no IPv4 address.
  ///
  /// - Throws: ``IOError``, as leaving with the address of an interface.
  /// - SeeAlso: `MCAST_LEAVE_GROUP` in RFC 3678.
  public borrowing func leave(_ group: IPv4Address, interfaceIndex: UInt32) throws(IOError) {
    try leave(.v4(group), interfaceIndex: interfaceIndex)
  }

  /// Joins a group, so that the socket also receives the messages that are sent to the group.
  ///
  /// - Parameters:
  ///   - group: The address of the group.
  ///   - interfaceIndex: The index of the interface to receive on; with 0 the system chooses.
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: mio 1.2.2 `join_multicast_v6`; `IPV6_JOIN_GROUP` in `ipv6(7)`.
  public borrowing func join(_ group: IPv6Address, interfaceIndex: UInt32 = 0) throws(IOError) {
    try join(.v6(group), interfaceIndex: interfaceIndex)
  }

  /// Leaves a group, so that the socket stops receiving the messages that are sent to the group.
  ///
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: mio 1.2.2 `leave_multicast_v6`; `IPV6_LEAVE_GROUP` in `ipv6(7)`.
  public borrowing func leave(_ group: IPv6Address, interfaceIndex: UInt32 = 0) throws(IOError) {
    try leave(.v6(group), interfaceIndex: interfaceIndex)
  }
}

// MARK: - Groups of one source

extension UDPSocket {
  /// Joins a group for one source, so that the socket receives only the messages that this source
  /// sends to the group.
  ///
  /// Join once for each source. A socket that has joined the group for all sources cannot join it
  /// for one source.
  ///
  /// - Parameters:
  ///   - group: The address of the group; source-specific groups are in 232.0.0.0/8 (RFC 4607).
  ///   - source: The address of the sender.
  ///   - interfaceIndex: The index of the interface to receive on; with 0 the system chooses.
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` for a source that the socket has
  ///   already joined, or `.unsupported` on OpenBSD and NetBSD; otherwise as joining for all
  ///   sources.
  /// - SeeAlso: `IP_ADD_SOURCE_MEMBERSHIP` in `ip(7)`; `MCAST_JOIN_SOURCE_GROUP` in RFC 3678.
  public borrowing func join(
    _ group: IPv4Address, from source: IPv4Address, interfaceIndex: UInt32 = 0
  ) throws(IOError) {
    try join(.v4(group), from: .v4(source), interfaceIndex: interfaceIndex)
  }

  /// Leaves a group for one source, so that the socket stops receiving the messages of this source.
  ///
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` or `.invalidArgument` for a source
  ///   that the socket has not joined.
  /// - SeeAlso: `IP_DROP_SOURCE_MEMBERSHIP` in `ip(7)`; `MCAST_LEAVE_SOURCE_GROUP` in RFC 3678.
  public borrowing func leave(
    _ group: IPv4Address, from source: IPv4Address, interfaceIndex: UInt32 = 0
  ) throws(IOError) {
    try leave(.v4(group), from: .v4(source), interfaceIndex: interfaceIndex)
  }

  /// Joins a group for one source, so that the socket receives only the messages that this source
  /// sends to the group.
  ///
  /// Source-specific groups are in ff30::/12 (RFC 4607).
  ///
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: `MCAST_JOIN_SOURCE_GROUP` in RFC 3678.
  public borrowing func join(
    _ group: IPv6Address, from source: IPv6Address, interfaceIndex: UInt32 = 0
  ) throws(IOError) {
    try join(.v6(group), from: .v6(source), interfaceIndex: interfaceIndex)
  }

  /// Leaves a group for one source, so that the socket stops receiving the messages of this source.
  ///
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: `MCAST_LEAVE_SOURCE_GROUP` in RFC 3678.
  public borrowing func leave(
    _ group: IPv6Address, from source: IPv6Address, interfaceIndex: UInt32 = 0
  ) throws(IOError) {
    try leave(.v6(group), from: .v6(source), interfaceIndex: interfaceIndex)
  }
}

// MARK: - Memberships

extension UDPSocket {
  private borrowing func join(
    _ group: IPAddress, from source: IPAddress? = nil, interfaceIndex: UInt32 = 0,
    interfaceAddress: IPv4Address = .any
  ) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .joinGroup) }
    var membership = c_mio_membership(group, source, interfaceIndex, interfaceAddress)
    try unsafe IOError.check(
      c_mio_join_group(descriptor.rawValue, &membership), .joinGroup)
  }

  private borrowing func leave(
    _ group: IPAddress, from source: IPAddress? = nil, interfaceIndex: UInt32 = 0,
    interfaceAddress: IPv4Address = .any
  ) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .leaveGroup) }
    var membership = c_mio_membership(group, source, interfaceIndex, interfaceAddress)
    try unsafe IOError.check(c_mio_leave_group(descriptor.rawValue, &membership), .leaveGroup)
  }
}

extension c_mio_membership {
  fileprivate init(
    _ group: IPAddress, _ source: IPAddress?, _ interfaceIndex: UInt32,
    _ interfaceAddress: IPv4Address
  ) {
    self.init(
      group: group.record, source: source?.record ?? c_mio_address(),
      interface_v4: interfaceAddress.bits, interface: interfaceIndex)
  }
}
