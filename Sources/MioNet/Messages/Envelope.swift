public import CMioSocket
public import MioCore

extension c_mio_envelope {
  /// An envelope with room for ancillary data.
  init(receiving room: UnsafeMutableRawBufferPointer) {
    self.init()
    control = UInt(bitPattern: room.baseAddress)
    control_count = room.count
  }

  /// An envelope with ancillary data.
  init(sending bytes: UnsafeRawBufferPointer) {
    self.init()
    control = unsafe bytes.isEmpty ? 0 : UInt(bitPattern: bytes.baseAddress)
    control_count = bytes.count
  }
}

extension ConnectableSocket where Self: ~Copyable {
  @inlinable
  borrowing func receiveMessage(
    into buffer: UnsafeMutableRawBufferPointer, _ envelope: inout c_mio_envelope
  ) throws(IOError) -> Int? {
    try transfer(.readable, .receive) {
      var piece = unsafe c_mio_piece(UnsafeRawBufferPointer(buffer))
      return unsafe c_mio_receive_message($0, &piece, 1, &envelope)
    }
  }

  @inlinable
  borrowing func sendMessage(
    _ bytes: UnsafeRawBufferPointer, _ envelope: inout c_mio_envelope
  ) throws(IOError) -> Int? {
    try transfer(.writable, .send) {
      var piece = unsafe c_mio_piece(bytes)
      return unsafe c_mio_send_message($0, &piece, 1, &envelope)
    }
  }
}
