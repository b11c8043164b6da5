public import CMioSocket
public import MioCore

extension c_mio_envelope {
  /// Creates an envelope with memory for ancillary data.
  init(receiving room: UnsafeMutableRawBufferPointer) {
    self.init()
    control = UInt(bitPattern: room.baseAddress)
    control_count = room.count
  }

  /// Creates an envelope with ancillary data to send.
  init(sending bytes: UnsafeRawBufferPointer) {
    self.init()
    control = UInt(bitPattern: bytes.baseAddress)
    control_count = bytes.count
  }
}

extension ReceivedMessage where Address: SystemAddress {
  /// Creates the description of a received message from its envelope.
  @inlinable
  init(count: Int, _ envelope: c_mio_envelope) {
    self.init(
      count: count,
      sender: envelope.name.length == 0 ? nil : Address(GenericAddress(envelope.name)),
      isTruncated: envelope.flags & C_MIO_MESSAGE_TRUNCATED != 0)
  }
}

extension ConnectableSocket where Self: ~Copyable {
  @inlinable
  borrowing func receiveMessage(
    into buffer: UnsafeMutableRawBufferPointer, _ envelope: inout c_mio_envelope,
    _ operation: IOError.Operation = .receive
  ) throws(IOError) -> Int? {
    try transfer(.readable, operation) {
      var piece = unsafe c_mio_piece(UnsafeRawBufferPointer(buffer))
      return unsafe c_mio_receive_message($0, &piece, 1, &envelope)
    }
  }

  @inlinable
  borrowing func sendMessage(
    _ bytes: UnsafeRawBufferPointer, _ envelope: inout c_mio_envelope,
    _ operation: IOError.Operation = .send
  ) throws(IOError) -> Int? {
    try transfer(.writable, operation) {
      var piece = unsafe c_mio_piece(bytes)
      return unsafe c_mio_send_message($0, &piece, 1, &envelope)
    }
  }
}
