public import CMioSocket
import MioCore

/// The maximum number of buffers that one vectored call uses, which is small enough for the stack.
///
/// All systems accept that many buffers. The next call handles the rest of a longer list, as after
/// a short write.
let maximumPieces = 64

/// The maximum number of bytes that one call requests: Linux transfers no more, and Apple's systems
/// refuse more.
@inlinable
var maximumTransfer: Int { Int(Int32.max) }

/// Lends buffers to a system call, in the form that the system takes.
///
/// Empty buffers are left out. Otherwise a call whose first buffers are all empty would transfer
/// nothing. If all buffers are empty, one of them stays: XNU and NetBSD return EMSGSIZE or EINVAL
/// for a call without buffers.
///
/// - Parameters:
///   - count: The number of buffers.
///   - buffer: A closure that returns the buffer at a position.
///   - body: A closure that makes the system call.
/// - Returns: The value that `body` returns.
/// - Throws: The error that `body` throws.
func withPieces(
  _ count: Int, _ buffer: (Int) -> UnsafeRawBufferPointer,
  _ body: (UnsafeBufferPointer<c_mio_piece>) throws(IOError) -> Int?
) throws(IOError) -> Int? {
  try unsafe withUnsafeTemporaryAllocation(
    of: c_mio_piece.self, capacity: max(1, min(count, maximumPieces))
  ) { pieces throws(IOError) in
    var used = 0
    var rest = maximumTransfer
    for index in 0..<count where used < pieces.count && rest > 0 {
      let piece = unsafe c_mio_piece(buffer(index), limit: rest)
      if piece.count == 0 { continue }
      rest -= piece.count
      unsafe pieces.initializeElement(at: used, to: piece)
      used += 1
    }
    if used == 0 {
      unsafe pieces.initializeElement(at: 0, to: c_mio_piece(base: 0, count: 0))
      used = 1
    }
    return try unsafe body(UnsafeBufferPointer(rebasing: pieces[..<used]))
  }
}

extension UnsafeBufferPointer<c_mio_piece> {
  /// Whether all buffers of a call are empty.
  ///
  /// This is the case exactly if the first one is empty, because other empty buffers are left out.
  var holdNothing: Bool { unsafe self[0].count == 0 }
}

/// Lends all buffers of a message, which the system takes as a whole or not at all.
///
/// - Returns: The value that `body` returns.
/// - Throws: ``IOError`` with the kind `.messageTooLong` for more than 64 buffers that are not
///   empty, or the error that `body` throws.
func withMessagePieces(
  _ count: Int, _ operation: IOError.Operation, _ buffer: (Int) -> UnsafeRawBufferPointer,
  _ body: (UnsafeBufferPointer<c_mio_piece>) throws(IOError) -> Int?
) throws(IOError) -> Int? {
  if count > maximumPieces {
    let used = (0..<count).count { unsafe !buffer($0).isEmpty }
    guard used <= maximumPieces else { try IOError.raise(.messageTooLong, operation) }
  }
  return try unsafe withPieces(count, buffer, body)
}

extension c_mio_piece {
  /// Describes memory, or the first `limit` bytes of it.
  @inlinable
  init(_ bytes: UnsafeRawBufferPointer, limit: Int = maximumTransfer) {
    self.init(base: UInt(bitPattern: bytes.baseAddress), count: min(bytes.count, limit))
  }
}

// Functions that lend two buffers as one list.

func withBoth<Result>(
  _ first: Span<UInt8>, _ second: Span<UInt8>,
  _ body: (UnsafeBufferPointer<UnsafeRawBufferPointer>) throws(IOError) -> Result
) throws(IOError) -> Result {
  try unsafe first.withUnsafeBufferPointer { first throws(IOError) in
    try unsafe second.withUnsafeBufferPointer { second throws(IOError) in
      try unsafe withList(UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second), body)
    }
  }
}

func withBoth<Result>(
  _ first: RawSpan, _ second: RawSpan,
  _ body: (UnsafeBufferPointer<UnsafeRawBufferPointer>) throws(IOError) -> Result
) throws(IOError) -> Result {
  try unsafe first.withUnsafeBytes { first throws(IOError) in
    try unsafe second.withUnsafeBytes { second throws(IOError) in
      try unsafe withList(first, second, body)
    }
  }
}

func withBoth<Result>(
  _ first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>,
  _ body: (UnsafeBufferPointer<UnsafeMutableRawBufferPointer>) throws(IOError) -> Result
) throws(IOError) -> Result {
  try unsafe first.withUnsafeMutableBufferPointer { first throws(IOError) in
    try unsafe second.withUnsafeMutableBufferPointer { second throws(IOError) in
      try unsafe withList(
        UnsafeMutableRawBufferPointer(first), UnsafeMutableRawBufferPointer(second), body)
    }
  }
}

func withBoth<Result>(
  _ first: inout MutableRawSpan, _ second: inout MutableRawSpan,
  _ body: (UnsafeBufferPointer<UnsafeMutableRawBufferPointer>) throws(IOError) -> Result
) throws(IOError) -> Result {
  try unsafe first.withUnsafeMutableBytes { first throws(IOError) in
    try unsafe second.withUnsafeMutableBytes { second throws(IOError) in
      try unsafe withList(first, second, body)
    }
  }
}

private func withList<Buffer, Result>(
  _ first: Buffer, _ second: Buffer,
  _ body: (UnsafeBufferPointer<Buffer>) throws(IOError) -> Result
) throws(IOError) -> Result {
  try unsafe withUnsafeTemporaryAllocation(of: Buffer.self, capacity: 2) {
    both throws(IOError) in
    unsafe both.initializeElement(at: 0, to: first)
    unsafe both.initializeElement(at: 1, to: second)
    return try unsafe body(UnsafeBufferPointer(both))
  }
}
