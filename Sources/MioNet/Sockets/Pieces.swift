public import CMioSocket
import MioCore

/// How many buffers one vectored call uses at most: as many as fit on the stack without a thought.
///
/// All systems take that many; the rest of a longer list is left for the next call, as after a
/// short write.
private let maximumPieces = 64

/// How many bytes one call asks for at most: Linux takes no more, and Apple's systems refuse more.
@inlinable
var maximumTransfer: Int { Int(Int32.max) }

/// Lends buffers to a system call, as the system takes them.
///
/// - Parameters:
///   - count: How many buffers there are.
///   - buffer: The buffer at a position.
///   - body: Makes the call.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
func withPieces(
  _ count: Int, _ buffer: (Int) -> UnsafeRawBufferPointer,
  _ body: (UnsafeBufferPointer<c_mio_piece>) throws(IOError) -> Int?
) throws(IOError) -> Int? {
  let count = min(count, maximumPieces)
  return try unsafe withUnsafeTemporaryAllocation(of: c_mio_piece.self, capacity: count) {
    pieces throws(IOError) in
    var rest = maximumTransfer
    for index in 0..<count {
      let piece = unsafe c_mio_piece(buffer(index), limit: rest)
      rest -= piece.count
      unsafe pieces.initializeElement(at: index, to: piece)
    }
    return try unsafe body(UnsafeBufferPointer(pieces))
  }
}

extension c_mio_piece {
  /// Describes memory, or its beginning.
  @inlinable
  init(_ bytes: UnsafeRawBufferPointer, limit: Int = maximumTransfer) {
    self.init(base: UInt(bitPattern: bytes.baseAddress), count: min(bytes.count, limit))
  }
}
