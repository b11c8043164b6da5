public import CMioSocket
public import MioCore

/// A socket whose messages can go to any address: UDP and Unix datagrams.
public protocol AddressedSocket: MessageSocket, DatagramSocket, ~Copyable {}

extension AddressedSocket where Self: ~Copyable {
  /// Gives the socket its own address.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse` (for a Unix socket also: the file exists),
  ///   `.addressNotAvailable`, `.permissionDenied`, `.notFound` (no such folder), `.invalidArgument`
  ///   (bound already), or another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(to address: Address) throws(IOError) {
    try descriptor.bind(to: address)
  }

  /// Gives the socket a peer, to which it sends and from which alone it receives.
  ///
  /// It can be given another one later.
  ///
  /// - Throws: ``IOError``, `.connectionRefused` or `.notFound` for a Unix socket that is not there.
  /// - SeeAlso: mio 1.2.2 `connect`; `connect(2)`.
  public borrowing func connect(to address: Address) throws(IOError) {
    try changingReadiness { descriptor throws(IOError) in try descriptor.connect(to: address) }
  }

  /// Takes the peer away again: the socket receives from everybody.
  ///
  /// Linux also takes the port away if the system has chosen it: ``bind(to:)`` the socket again then.
  ///
  /// - Throws: ``IOError``.
  /// - SeeAlso: `connect(2)`, `AF_UNSPEC`.
  public borrowing func disconnect() throws(IOError) {
    try changingReadiness { descriptor throws(IOError) in
      let result = c_mio_disconnect(descriptor.rawValue)
      if result < 0 { try IOError.raise(result, .connect) }
    }
  }

  /// Sends one message, whole.
  ///
  /// - Returns: How many bytes were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.messageTooLong`, `.permissionDenied` (a broadcast that was
  ///   not allowed), `.alreadyConnected` on systems where a connected socket cannot, or another.
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

  /// Sends one message, and what is to go with it.
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

  /// Sends one message, and what is to go with it.
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
