public import CMioSocket
import MioCore

/// How many buffers one vectored call uses at most: as many as fit on the stack without a thought.
///
/// All systems take that many; the rest of a longer list is left for the next call, as after a
/// short write.
let maximumPieces = 64

/// How many bytes one call asks for at most: Linux takes no more, and Apple's systems refuse more.
@inlinable
var maximumTransfer: Int { Int(Int32.max) }

/// Lends buffers to a system call, as the system takes them.
///
/// Empty ones are left out, so that a call which has only those before it does nothing. If all are empty, one
/// stays: for a call without any, XNU and NetBSD say EMSGSIZE or EINVAL.
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
  /// Whether all buffers of a call are empty: only then is one of them.
  var holdNothing: Bool { unsafe self[0].count == 0 }
}

/// Lends all buffers of a message, which the system takes whole or not at all.
///
/// - Returns: What `body` returns.
/// - Throws: ``IOError`` with the kind `.messageTooLong` for more than 64 that are not empty, and what `body`
///   throws.
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
  /// Describes memory, or its beginning.
  @inlinable
  init(_ bytes: UnsafeRawBufferPointer, limit: Int = maximumTransfer) {
    self.init(base: UInt(bitPattern: bytes.baseAddress), count: min(bytes.count, limit))
  }
}

// Two buffers as a list of them.

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
