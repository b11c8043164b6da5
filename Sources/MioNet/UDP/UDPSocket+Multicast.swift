import CMioSocket
public import MioCore

// MARK: - Groups

extension UDPSocket {
  /// Receives also what is sent to a group.
  ///
  /// - Parameters:
  ///   - group: The group's address.
  ///   - interface: The address of the interface to receive on; the system picks one for `.any`.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for an address that is no group's,
  ///   `.addressInUse` for a group that the socket is in already. No such interface is `.notFound` on Linux and
  ///   `.addressNotAvailable` on Apple's systems; too many groups are `.outOfMemory` on Linux.
  /// - SeeAlso: mio 1.2.2 `join_multicast_v4`; `IP_ADD_MEMBERSHIP` in `ip(7)`.
  public borrowing func join(
    _ group: IPv4Address, interface: IPv4Address = .any
  ) throws(IOError) {
    try join(.v4(group), interfaceAddress: interface)
  }

  /// Ceases to receive what is sent to a group.
  ///
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` for a group that the socket is not in,
  ///   `.invalidArgument` for an address that is no group's.
  /// - SeeAlso: mio 1.2.2 `leave_multicast_v4`; `IP_DROP_MEMBERSHIP` in `ip(7)`.
  public borrowing func leave(
    _ group: IPv4Address, interface: IPv4Address = .any
  ) throws(IOError) {
    try leave(.v4(group), interfaceAddress: interface)
  }

  /// Receives also what is sent to a group, on an interface that may have no IPv4 address.
  ///
  /// - Parameters:
  ///   - group: The group's address.
  ///   - interface: The index of the interface to receive on; the system picks one for 0.
  /// - Throws: ``IOError``, as by the interface's address.
  /// - SeeAlso: `MCAST_JOIN_GROUP` in RFC 3678; `struct ip_mreqn` on OpenBSD.
  public borrowing func join(_ group: IPv4Address, interface: UInt32) throws(IOError) {
    try join(.v4(group), interface: interface)
  }

  /// Ceases to receive what is sent to a group, on an interface that may have no IPv4 address.
  ///
  /// - Throws: ``IOError``, as by the interface's address.
  /// - SeeAlso: `MCAST_LEAVE_GROUP` in RFC 3678.
  public borrowing func leave(_ group: IPv4Address, interface: UInt32) throws(IOError) {
    try leave(.v4(group), interface: interface)
  }

  /// Receives also what is sent to a group.
  ///
  /// - Parameters:
  ///   - group: The group's address.
  ///   - interface: The index of the interface to receive on; the system picks one for 0.
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: mio 1.2.2 `join_multicast_v6`; `IPV6_JOIN_GROUP` in `ipv6(7)`.
  public borrowing func join(_ group: IPv6Address, interface: UInt32 = 0) throws(IOError) {
    try join(.v6(group), interface: interface)
  }

  /// Ceases to receive what is sent to a group.
  ///
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: mio 1.2.2 `leave_multicast_v6`; `IPV6_LEAVE_GROUP` in `ipv6(7)`.
  public borrowing func leave(_ group: IPv6Address, interface: UInt32 = 0) throws(IOError) {
    try leave(.v6(group), interface: interface)
  }
}

// MARK: - Groups of one source

extension UDPSocket {
  /// Receives also what one source sends to a group, and nothing that others send to it.
  ///
  /// Join once for each source. A socket that is in the group for all sources cannot be in it for one.
  ///
  /// - Parameters:
  ///   - group: The group's address; source-specific ones are in 232.0.0.0/8 (RFC 4607).
  ///   - source: Who sends.
  ///   - interface: The index of the interface to receive on; the system picks one for 0.
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` for a source that was joined already,
  ///   `.unsupported` on OpenBSD and NetBSD; otherwise as joining for all sources.
  /// - SeeAlso: `IP_ADD_SOURCE_MEMBERSHIP` in `ip(7)`; `MCAST_JOIN_SOURCE_GROUP` in RFC 3678.
  public borrowing func join(
    _ group: IPv4Address, from source: IPv4Address, interface: UInt32 = 0
  ) throws(IOError) {
    try join(.v4(group), from: .v4(source), interface: interface)
  }

  /// Ceases to receive what one source sends to a group.
  ///
  /// - Throws: ``IOError`` with the kind `.addressNotAvailable` or `.invalidArgument` for a source that was not
  ///   joined.
  /// - SeeAlso: `IP_DROP_SOURCE_MEMBERSHIP` in `ip(7)`; `MCAST_LEAVE_SOURCE_GROUP` in RFC 3678.
  public borrowing func leave(
    _ group: IPv4Address, from source: IPv4Address, interface: UInt32 = 0
  ) throws(IOError) {
    try leave(.v4(group), from: .v4(source), interface: interface)
  }

  /// Receives also what one source sends to a group, and nothing that others send to it.
  ///
  /// - Throws: ``IOError``, as for IPv4. Source-specific groups are in ff30::/12 (RFC 4607).
  /// - SeeAlso: `MCAST_JOIN_SOURCE_GROUP` in RFC 3678.
  public borrowing func join(
    _ group: IPv6Address, from source: IPv6Address, interface: UInt32 = 0
  ) throws(IOError) {
    try join(.v6(group), from: .v6(source), interface: interface)
  }

  /// Ceases to receive what one source sends to a group.
  ///
  /// - Throws: ``IOError``, as for IPv4.
  /// - SeeAlso: `MCAST_LEAVE_SOURCE_GROUP` in RFC 3678.
  public borrowing func leave(
    _ group: IPv6Address, from source: IPv6Address, interface: UInt32 = 0
  ) throws(IOError) {
    try leave(.v6(group), from: .v6(source), interface: interface)
  }
}

// MARK: - Memberships

extension UDPSocket {
  private borrowing func join(
    _ group: IPAddress, from source: IPAddress? = nil, interface: UInt32 = 0,
    interfaceAddress: IPv4Address = .any
  ) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .joinGroup) }
    var membership = c_mio_membership(group, source, interface, interfaceAddress)
    let result = unsafe c_mio_join_group(descriptor.rawValue, &membership)
    if result < 0 { try IOError.raise(result, .joinGroup) }
  }

  private borrowing func leave(
    _ group: IPAddress, from source: IPAddress? = nil, interface: UInt32 = 0,
    interfaceAddress: IPv4Address = .any
  ) throws(IOError) {
    guard group.isMulticast else { try IOError.raise(.invalidArgument, .leaveGroup) }
    var membership = c_mio_membership(group, source, interface, interfaceAddress)
    let result = unsafe c_mio_leave_group(descriptor.rawValue, &membership)
    if result < 0 { try IOError.raise(result, .leaveGroup) }
  }
}

extension c_mio_membership {
  fileprivate init(
    _ group: IPAddress, _ source: IPAddress?, _ interface: UInt32, _ address: IPv4Address
  ) {
    self.init(
      group: group.record, source: source?.record ?? c_mio_address(),
      interface_v4: address.bits, interface: interface)
  }
}
