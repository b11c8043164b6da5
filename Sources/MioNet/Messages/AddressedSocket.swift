public import CMioSocket
public import MioCore

/// A socket that can send messages to any address: UDP and Unix datagrams.
public protocol AddressedSocket: MessageSocket, DatagramSocket, ~Copyable {}

extension AddressedSocket where Self: ~Copyable {
  /// Binds the socket to an address.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse` (for a Unix socket also if the file
  ///   exists), `.addressNotAvailable`, `.permissionDenied`, `.notFound` (no such folder),
  ///   `.invalidArgument` (already bound), or another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(to address: Address) throws(IOError) {
    try descriptor.bind(to: address)
  }

  /// Sets the peer of the socket.
  ///
  /// The socket sends to the peer and receives only from the peer. A later call can set another
  /// peer.
  ///
  /// - Throws: ``IOError``; for a Unix socket `.connectionRefused` or `.notFound` if there is no
  ///   socket at the address.
  /// - SeeAlso: mio 1.2.2 `connect`; `connect(2)`.
  public borrowing func connect(to address: Address) throws(IOError) {
    try changingReadiness { descriptor throws(IOError) in try descriptor.connect(to: address) }
  }

  /// Removes the peer, so that the socket receives from every sender.
  ///
  /// On Linux the socket also loses its port if the system chose the port. In that case,
  /// ``bind(to:)`` the socket again.
  ///
  /// - Throws: ``IOError``.
  /// - SeeAlso: `connect(2)`, `AF_UNSPEC`.
  public borrowing func disconnect() throws(IOError) {
    try changingReadiness { descriptor throws(IOError) in
      _ = try IOError.check(c_mio_disconnect(descriptor.rawValue), .connect)
    }
  }

  /// Sends one message as a whole.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.messageTooLong`, `.permissionDenied` (a broadcast that
  ///   is not allowed), `.alreadyConnected` on systems where a connected socket cannot send to an
  ///   address, or another.
  /// - SeeAlso: mio 1.2.2 `send_to`; `sendmsg(2)`.
  @unsafe
  @inlinable
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: Address
  ) throws(IOError) -> Int? {
    var envelope = c_mio_envelope()
    try envelope.address(to: address, .send)
    return try unsafe sendMessage(bytes, &envelope)
  }

  /// Sends one message with ancillary data.
  ///
  /// - Returns: As sending without ancillary data.
  /// - Throws: ``IOError``, as sending without ancillary data.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: Address, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    try envelope.address(to: address, .send)
    return try unsafe sendMessage(bytes, &envelope)
  }

  /// Sends one message with ancillary data.
  ///
  /// - Returns: As sending without ancillary data.
  /// - Throws: ``IOError``, as sending without ancillary data.
  /// - SeeAlso: `sendmsg(2)`.
  public borrowing func send(
    _ bytes: Span<UInt8>, to address: Address, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe send(UnsafeRawBufferPointer(bytes), to: address, ancillary: ancillary)
    }
  }
}

extension c_mio_envelope {
  @inlinable
  mutating func address(
    to address: some SystemAddress, _ operation: IOError.Operation
  ) throws(IOError) {
    try unsafe withUnsafeMutablePointer(to: &name) { name throws(IOError) in
      try unsafe name.withMemoryRebound(to: GenericAddress.self, capacity: 1) {
        name throws(IOError) in
        try unsafe address.encode(into: &name.pointee)
      }
    }
  }
}
