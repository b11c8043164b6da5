import CMioErrors
import CMioSocket
public import MioCore

/// A buffer for several messages that one operation receives or sends.
///
/// The batch allocates its memory once. To receive messages, pass the batch to
/// ``MessageSocket/receive(into:)-(MessageBatch<Self.Address>)`` and read its messages. To send
/// messages, append them and pass the batch to
/// ``MessageSocket/send(_:)-(MessageBatch<Self.Address>)``. A received batch can be sent as it is:
/// each message goes back to its sender, without its ancillary data.
///
/// Position 0 is the first message that has not been sent or removed. The batch reuses the memory
/// of sent messages when all messages are sent.
///
/// - SeeAlso: `recvmmsg(2)`, `sendmmsg(2)`.
@safe
public struct MessageBatch<Address: SystemAddress>: ~Copyable, @unchecked Sendable {
  // `@unchecked` is safe: only this value owns the memory.

  /// The maximum number of messages.
  public let capacity: Int

  /// The maximum number of bytes of each message.
  public let messageCapacity: Int

  /// The maximum number of bytes of ancillary data of each message.
  public let ancillaryCapacity: Int

  private let messages: UnsafeMutablePointer<c_mio_message>
  private let memory: UnsafeMutableRawPointer

  /// The slot of the first message, after those that were sent.
  private var start = 0

  /// The number of messages.
  public private(set) var count = 0

  /// The errors of sockets that came after received messages, until the next receive.
  private var laterErrors: [LaterError] = []

  /// Whether the next call sends only one message.
  ///
  /// If the system sends only some of the messages, the next message has an error, which the system
  /// does not return. A call with this message alone returns the error.
  private var sendsOneAlone = false

  /// Creates a batch without messages.
  ///
  /// - Parameters:
  ///   - capacity: The maximum number of messages; one operation handles at most 64.
  ///   - messageCapacity: The maximum number of bytes of each message.
  ///   - ancillaryCapacity: The maximum number of bytes of ancillary data of each message.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for a capacity of zero messages, for a
  ///   number below zero, and for more than 2 GiB in total.
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
    // The ancillary data comes first because it must be aligned.
    unsafe memory = .allocate(byteCount: sizes.all, alignment: MemoryLayout<UInt64>.alignment)
    for slot in 0..<capacity {
      unsafe messages[slot].piece.base = UInt(bitPattern: bytes(of: slot))
    }
  }

  deinit {
    unsafe messages.deallocate()
    unsafe memory.deallocate()
  }

  /// Whether the batch has no messages.
  public var isEmpty: Bool { count == 0 }

  /// Removes all messages.
  public mutating func removeAll() {
    start = 0
    count = 0
  }

  /// Removes the first message, if there is one.
  ///
  /// Use it to skip a message that could not be sent.
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

/// An error that came after messages of a socket, and that the system does not report again.
private struct LaterError {
  let socket: Int
  /// The negated error code.
  let result: Int
}

/// The amount of memory that a batch needs.
private struct BatchSizes {
  /// The size of the ancillary data of one message, rounded up so that the next one is aligned.
  let ancillary: Int
  let all: Int

  /// Computes the sizes, or returns `nil` for capacities that no batch can have.
  init?(capacity: Int, messageCapacity: Int, ancillaryCapacity: Int) {
    let possible = 0...Int64(Int32.max)
    guard capacity >= 1, possible ~= Int64(messageCapacity), possible ~= Int64(ancillaryCapacity)
    else { return nil }
    // The sums have 64 bits on every system, where they cannot overflow.
    let aligned = (Int64(ancillaryCapacity) + 7) & ~7
    let each = aligned + Int64(messageCapacity) + Int64(MemoryLayout<c_mio_message>.stride)
    guard Int64(capacity) <= possible.upperBound / each else { return nil }
    ancillary = Int(aligned)
    all = capacity * (ancillary + messageCapacity)
  }
}

// MARK: - Received messages

extension MessageBatch {
  /// Returns the length, the sender and the truncation of a received message.
  ///
  /// - Precondition: The position is in `0..<count`. This holds for all methods that take a
  ///   position.
  public func message(at position: Int) -> ReceivedMessage<Address> {
    let message = unsafe messages[slot(position)]
    return ReceivedMessage(count: message.piece.count, message.envelope)
  }

  /// Lends the bytes of a message.
  ///
  /// - Returns: The value that `body` returns.
  /// - Throws: The error that `body` throws.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    at position: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let slot = slot(position)
    let bytes = unsafe UnsafeRawBufferPointer(
      start: bytes(of: slot), count: messages[slot].piece.count)
    return try body(unsafe bytes.bindMemory(to: UInt8.self).span)
  }

  /// Returns the plain values among the ancillary data of a message.
  ///
  /// A batch does not keep descriptors that come with messages: it closes them immediately.
  public func ancillaryValues(at position: Int) -> AncillaryValues {
    let slot = slot(position)
    return unsafe AncillaryValues(
      UnsafeRawBufferPointer(received(beside: slot)),
      isTruncated: messages[slot].envelope.flags & C_MIO_MESSAGE_CONTROL_TRUNCATED != 0)
  }

  /// Lends the bytes of the first item with a level and a type among the ancillary data of a
  /// message.
  ///
  /// Use it for an item that has no name here.
  ///
  /// - Returns: The value that `body` returns; `nil` if there is no such item.
  /// - Throws: The error that `body` throws.
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

// MARK: - Messages to send

extension MessageBatch {
  /// Appends a copy of a message.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - address: The destination; `nil` for a socket with a peer.
  /// - Returns: Whether the batch had space for another message.
  /// - Throws: ``IOError`` with the kind `.messageTooLong` for more than ``messageCapacity`` bytes,
  ///   or another for an address that the system does not have.
  public mutating func append(
    _ bytes: Span<UInt8>, to address: Address? = nil
  ) throws(IOError) -> Bool {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe append(
        UnsafeRawBufferPointer(bytes), to: address, UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  /// Appends a copy of a message and of its ancillary data.
  ///
  /// The descriptors in the ancillary data must stay open until the message is sent.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - address: The destination; `nil` for a socket with a peer.
  ///   - ancillary: The ancillary data to send with the message.
  /// - Returns: Whether the batch had space for another message.
  /// - Throws: ``IOError``, as without ancillary data; `.outOfMemory` for more than
  ///   ``ancillaryCapacity`` bytes of ancillary data.
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
  /// Receives all messages that are available, up to the capacity.
  mutating func receive(from socket: Int) -> Int {
    removeAll()
    if let error = takeLaterError(of: socket) { return error }
    let limit = min(capacity, Self.limitOfOneCall)
    for slot in 0..<limit {
      unsafe messages[slot].piece.count = messageCapacity
      unsafe messages[slot].envelope = c_mio_envelope(receiving: ancillary(of: slot))
    }
    var later = 0
    let result = unsafe c_mio_receive_messages(socket, messages, limit, &later)
    guard result > 0 else { return result }
    keep(later, of: socket)
    count = result
    for slot in 0..<count {
      unsafe DescriptorWalk().closeRest(of: received(beside: slot))
      // The ancillary data of a message must not go back with it.
      unsafe messages[slot].envelope.control = 0
    }
    return result
  }

  /// Keeps an error that came after messages.
  ///
  /// It keeps no result that the next call finds by itself: that the call would block, or that a
  /// signal interrupted it.
  private mutating func keep(_ result: Int, of socket: Int) {
    switch -result {
    case 0, C_MIO_EAGAIN, C_MIO_EWOULDBLOCK, C_MIO_EINTR: break
    default: laterErrors.append(LaterError(socket: socket, result: result))
    }
  }

  private mutating func takeLaterError(of socket: Int) -> Int? {
    guard let position = laterErrors.firstIndex(where: { $0.socket == socket }) else { return nil }
    return laterErrors.remove(at: position).result
  }

  /// Sends as many messages as the system takes, and removes them.
  mutating func send(to socket: Int) -> Int {
    guard count > 0 else { return 0 }
    let limit = sendsOneAlone ? 1 : min(count, Self.limitOfOneCall)
    let result = unsafe c_mio_send_messages(socket, messages + start, limit)
    sendsOneAlone = 0 < result && result < limit
    if result > 0 { removeFirst(result) }
    return result
  }

  private static var limitOfOneCall: Int { Int(C_MIO_MESSAGES_AT_ONCE) }
}

extension MessageSocket where Self: ~Copyable {
  /// Receives all messages that are available, up to the capacity of the batch.
  ///
  /// The call first removes the messages that are in the batch. It receives at most 64 messages.
  ///
  /// If an error comes after messages, the next receive throws it. On the systems with one call for
  /// each message, this is the next receive from the same socket into the same batch.
  ///
  /// - Returns: The number of messages; `nil` if receiving would block.
  /// - Throws: ``IOError``, as receiving one message.
  /// - SeeAlso: `recvmmsg(2)`, which is one system call on Linux, NetBSD and OpenBSD. On other systems
  ///   Mio makes one `recvmsg(2)` call for each message.
  public borrowing func receive(
    into batch: inout MessageBatch<Address>
  ) throws(IOError) -> Int? {
    try transfer(.readable, .receive) { batch.receive(from: $0) }
  }

  /// Sends the messages of a batch.
  ///
  /// The call removes the sent messages from the batch. It sends at most 64 messages. An error
  /// belongs to the first message that remains in the batch.
  ///
  /// If the peer of a connected socket refuses an earlier message, the report may arrive while the
  /// call sends the next messages. The system then discards the report, and the call returns the
  /// number of messages that it sent. The socket reports the refusal of one of the next messages.
  ///
  /// - Returns: The number of messages that were sent; `nil` if sending would block.
  /// - Throws: ``IOError``, as sending one message.
  /// - SeeAlso: `sendmmsg(2)`; one `sendmsg(2)` for each message on systems without it.
  public borrowing func send(_ batch: inout MessageBatch<Address>) throws(IOError) -> Int? {
    try transfer(.writable, .send) { batch.send(to: $0) }
  }
}
