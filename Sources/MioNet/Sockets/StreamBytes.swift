public import CMioSocket
public import MioCore

// Operations on bytes of a stream, for all sockets that can be a stream.
extension ConnectableSocket where Self: ~Copyable {
  @inlinable
  @inline(__always)
  borrowing func readBytes(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    // A read of no bytes would take the descriptors that come with the next bytes.
    if unsafe Address.carriesDescriptors && buffer.isEmpty { return 0 }
    return try transfer(.readable, .read) {
      Address.carriesDescriptors
        ? unsafe c_mio_receive_local($0, buffer.baseAddress, buffer.count)
        : unsafe c_mio_receive($0, buffer.baseAddress, buffer.count)
    }
  }

  @inlinable
  @inline(__always)
  borrowing func writeBytes(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.writable, .write) {
      unsafe c_mio_send($0, bytes.baseAddress, bytes.count)
    }
  }

  borrowing func readBytes(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe withPieces(buffers.count) {
      unsafe UnsafeRawBufferPointer(buffers[$0])
    } _: { pieces throws(IOError) in
      if unsafe Address.carriesDescriptors && pieces.holdNothing { return 0 }
      return try transfer(.readable, .read) {
        var envelope = c_mio_envelope()
        return unsafe c_mio_receive_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }

  borrowing func writeBytes(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe withPieces(buffers.count) {
      unsafe buffers[$0]
    } _: { pieces throws(IOError) in
      try transfer(.writable, .write) {
        var envelope = c_mio_envelope()
        return unsafe c_mio_send_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }
}
