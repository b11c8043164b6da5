import CMioSocket
public import MioCore

/// Room for several messages that are received, or sent, at once.
///
/// The memory is allocated once. To receive, hand the batch to
/// ``MessageSocket/receive(into:)-(MessageBatch<Self.Address>)`` and look at its messages; to send, append
/// messages and hand it to ``MessageSocket/send(_:)-(MessageBatch<Self.Address>)``. A batch that was received
/// can be sent as it is: each message goes back to its sender, without what came beside it.
///
/// Positions count from the first message that is left. The room of messages that were sent is free again
/// when all of them were.
///
/// - SeeAlso: `recvmmsg(2)`, `sendmmsg(2)`.
@safe
public struct MessageBatch<Address: SystemAddress>: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: the memory is owned by this value alone.

  /// How many messages there is room for.
  public let capacity: Int

  /// How many bytes there is room for in each message.
  public let messageCapacity: Int

  /// How many bytes there is room for beside each message.
  public let ancillaryCapacity: Int

  private let messages: UnsafeMutablePointer<c_mio_message>
  private let memory: UnsafeMutableRawPointer

  /// Where the messages begin: behind those that were sent.
  private var start = 0

  /// How many messages there are.
  public private(set) var count = 0

  /// Creates room.
  ///
  /// - Parameters:
  ///   - capacity: How many messages; one operation takes 64 at most.
  ///   - messageCapacity: How many bytes each of them can have.
  ///   - ancillaryCapacity: How many bytes of ancillary data can go with each.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for no messages, for a number below zero, and
  ///   for more than 2 GiB in all.
  public init(capacity: Int, messageCapacity: Int, ancillaryCapacity: Int = 0) throws(IOError) {
    guard
      let sizes = BatchSizes(
        capacity: capacity, messageCapacity: messageCapacity, ancillaryCapacity: ancillaryCapacity)
    else { try IOError.raise(.invalidArgument, .createBuffer) }
    self.capacity = capacity
    self.messageCapacity = messageCapacity
    self.ancillaryCapacity = sizes.ancillary
    unsafe messages = .allocate(capacity: capacity)
    unsafe messages.initialize(repeating: c_mio_message(), count: capacity)
    // Ancillary data first: it has to be aligned.
    unsafe memory = .allocate(byteCount: sizes.all, alignment: 8)
    for slot in 0..<capacity {
      unsafe messages[slot].piece.base = UInt(bitPattern: bytes(of: slot))
    }
  }

  deinit {
    unsafe messages.deallocate()
    unsafe memory.deallocate()
  }

  /// Whether there are no messages.
  public var isEmpty: Bool { count == 0 }

  /// Forgets the messages.
  public mutating func removeAll() {
    start = 0
    count = 0
  }

  /// Forgets the first message, if there is one: such as one that could not be sent.
  public mutating func removeFirst() {
    removeFirst(min(count, 1))
  }

  private mutating func removeFirst(_ number: Int) {
    start += number
    count -= number
    if count == 0 { start = 0 }
  }

  private func bytes(of slot: Int) -> UnsafeMutableRawPointer {
    unsafe memory + capacity * ancillaryCapacity + slot * messageCapacity
  }

  private func ancillary(of slot: Int) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(
      start: ancillaryCapacity == 0 ? nil : memory + slot * ancillaryCapacity,
      count: ancillaryCapacity)
  }

  private func slot(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "MessageBatch: position out of range")
    return start + position
  }
}

/// How much memory a batch needs.
private struct BatchSizes {
  /// Ancillary data of one message, so that the next is aligned.
  let ancillary: Int
  let all: Int

  /// Fails for what no batch can have.
  init?(capacity: Int, messageCapacity: Int, ancillaryCapacity: Int) {
    let possible = 0...Int(Int32.max)
    guard capacity >= 1, possible ~= messageCapacity, possible ~= ancillaryCapacity else {
      return nil
    }
    ancillary = (ancillaryCapacity + 7) & ~7
    let each = ancillary + messageCapacity + MemoryLayout<c_mio_message>.stride
    guard capacity <= possible.upperBound / each else { return nil }
    all = capacity * (ancillary + messageCapacity)
  }
}

// MARK: - What was received

extension MessageBatch {
  /// What is known of a message that was received.
  ///
  /// - Precondition: The position is one of `0..<count`, here and below.
  public func message(at position: Int) -> ReceivedMessage<Address> {
    let message = unsafe messages[slot(position)]
    return ReceivedMessage(count: message.piece.count, message.envelope)
  }

  /// Lends the bytes of a message.
  ///
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    at position: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let slot = slot(position)
    let bytes = unsafe UnsafeRawBufferPointer(
      start: bytes(of: slot), count: messages[slot].piece.count)
    return try body(unsafe bytes.bindMemory(to: UInt8.self).span)
  }

  /// What came with a message, as far as it is plain values.
  ///
  /// Descriptors do not come with batches; those that were sent are closed at once.
  public func ancillaryValues(at position: Int) -> AncillaryValues {
    let slot = slot(position)
    return unsafe AncillaryValues(
      UnsafeRawBufferPointer(received(beside: slot)),
      isTruncated: messages[slot].envelope.flags & C_MIO_MESSAGE_CONTROL_TRUNCATED != 0)
  }

  /// Lends the bytes of an item that came with a message and has no name here, the first of its kind.
  ///
  /// - Returns: What `body` returns; `nil` if there is no such item.
  /// - Throws: What `body` throws.
  /// - SeeAlso: ``ReceivedAncillaryData/withBytes(level:type:_:)``.
  public func withAncillaryBytes<Result: ~Copyable, Failure: Error>(
    at position: Int, level: Int32, type: Int32, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    try unsafe received(beside: slot(position)).withItem(level, type, body)
  }

  private func received(beside slot: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(
      rebasing: ancillary(of: slot)[..<messages[slot].envelope.control_count])
  }
}

// MARK: - What is to be sent

extension MessageBatch {
  /// Appends a copy of a message.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - address: Where to; `nil` for a socket with a peer.
  /// - Returns: Whether there was room for one more.
  /// - Throws: ``IOError`` with the kind `.messageTooLong` for more bytes than a message can have here, or
  ///   another for an address that the system does not have.
  public mutating func append(
    _ bytes: Span<UInt8>, to address: Address? = nil
  ) throws(IOError) -> Bool {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe append(
        UnsafeRawBufferPointer(bytes), to: address, UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  /// Appends a copy of a message, and of what is to go with it.
  ///
  /// Descriptors in it have to be open until the message is sent.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - address: Where to; `nil` for a socket with a peer.
  ///   - ancillary: What goes with it.
  /// - Returns: Whether there was room for one more.
  /// - Throws: ``IOError``, as without ancillary data; `.outOfMemory` for more of that than can go with a
  ///   message here.
  public mutating func append(
    _ bytes: Span<UInt8>, to address: Address? = nil, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Bool {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe append(UnsafeRawBufferPointer(bytes), to: address, ancillary.used)
    }
  }

  private mutating func append(
    _ bytes: UnsafeRawBufferPointer, to address: Address?, _ control: UnsafeRawBufferPointer
  ) throws(IOError) -> Bool {
    guard bytes.count <= messageCapacity else { try IOError.raise(.messageTooLong, .append) }
    guard control.count <= ancillaryCapacity else { try IOError.raise(.outOfMemory, .append) }
    let slot = start + count
    guard slot < capacity else { return false }
    let room = unsafe ancillary(of: slot)
    unsafe room.copyMemory(from: control)
    var envelope = unsafe c_mio_envelope(
      sending: UnsafeRawBufferPointer(rebasing: room[..<control.count]))
    if let address { try envelope.address(to: address, .append) }
    unsafe UnsafeMutableRawBufferPointer(start: self.bytes(of: slot), count: bytes.count)
      .copyMemory(from: bytes)
    unsafe messages[slot].piece.count = bytes.count
    unsafe messages[slot].envelope = envelope
    count += 1
    return true
  }
}

// MARK: - System calls

extension MessageBatch {
  /// Receives as many messages as there are, and room for.
  mutating func receive(from socket: Int) -> Int {
    removeAll()
    for slot in 0..<capacity {
      unsafe messages[slot].piece.count = messageCapacity
      unsafe messages[slot].envelope = c_mio_envelope(receiving: ancillary(of: slot))
    }
    let result = unsafe c_mio_receive_messages(socket, messages, capacity)
    guard result > 0 else { return result }
    count = result
    for slot in 0..<count {
      unsafe DescriptorWalk().closeRest(of: received(beside: slot))
      // What came beside a message does not go back with it.
      unsafe messages[slot].envelope.control = 0
    }
    return result
  }

  /// Sends as many messages as the system takes, and forgets them.
  mutating func send(to socket: Int) -> Int {
    guard count > 0 else { return 0 }
    let result = unsafe c_mio_send_messages(socket, messages + start, count)
    if result > 0 { removeFirst(result) }
    return result
  }
}

extension MessageSocket where Self: ~Copyable {
  /// Receives as many messages as there are, and room for.
  ///
  /// What is in the batch is forgotten first.
  ///
  /// - Returns: How many came; `nil` if receiving would block.
  /// - Throws: ``IOError``, as receiving one.
  /// - SeeAlso: `recvmmsg(2)`, one system call on Linux, NetBSD and OpenBSD; elsewhere one `recvmsg(2)` after
  ///   the other, which is how FreeBSD's C library does it.
  public borrowing func receive(
    into batch: inout MessageBatch<Address>
  ) throws(IOError) -> Int? {
    try transfer(.readable, .receive) { batch.receive(from: $0) }
  }

  /// Sends messages, up to 64 of them.
  ///
  /// Those that were sent are taken out of the batch. An error belongs to the first that is left.
  ///
  /// - Returns: How many were sent; `nil` if sending would block.
  /// - Throws: ``IOError``, as sending one.
  /// - SeeAlso: `sendmmsg(2)`; one `sendmsg(2)` after the other where that is missing.
  public borrowing func send(_ batch: inout MessageBatch<Address>) throws(IOError) -> Int? {
    try transfer(.writable, .send) { batch.send(to: $0) }
  }
}
