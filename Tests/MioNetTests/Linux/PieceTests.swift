import CMioSocket
import Glibc
import MioCore
@testable import MioNet
import TestHelpers
import Testing

/// Buffers in the form that the system takes.
///
/// No test reads the contents of the buffers, because their memory does not exist.
struct PieceTests {
  private func pieces(_ counts: [Int]) throws -> [Int] {
    let start = unsafe UnsafeRawPointer(bitPattern: 4096)
    var seen: [Int] = []
    _ = try unsafe withPieces(counts.count) {
      unsafe UnsafeRawBufferPointer(start: start, count: counts[$0])
    } _: { pieces throws(IOError) in
      for index in 0..<pieces.count { unsafe seen.append(pieces[index].count) }
      return 0
    }
    return seen
  }

  @Test
  func `the buffers of one call have at most the maximum number of bytes`() throws {
    let most = Int(Int32.max)
    #expect(try pieces([1, most]) == [1, most - 1])
    #expect(try pieces([most, most]) == [most])
    #expect(try pieces([most - 5, 3, 0, 1, 7, 8]) == [most - 5, 3, 1, 1])
    #expect(try pieces([Int.max]) == [most])
  }

  @Test
  func `a call without buffers passes one empty buffer`() throws {
    #expect(try pieces([]) == [0])
    #expect(try pieces([0, 0, 0]) == [0])
  }

  @Test
  func `a message can have 64 buffers that are not empty, and any number of empty buffers`() throws
  {
    let start = unsafe UnsafeRawPointer(bitPattern: 4096)
    func used(_ counts: [Int]) throws(IOError) -> Int? {
      try unsafe withMessagePieces(counts.count, .send) {
        unsafe UnsafeRawBufferPointer(start: start, count: counts[$0])
      } _: { pieces throws(IOError) in
        pieces.count
      }
    }
    let full = [Int](repeating: 1, count: 64)
    #expect(try used(full) == 64)
    #expect(try used(full + [0, 0]) == 64)
    let error = expectError(.messageTooLong) { () throws(IOError) in try used(full + [1]) }
    #expect(error?.operation == .send)
  }

  @Test
  func `one call uses the first 64 buffers that are not empty`() throws {
    let many = (0..<200).map { $0 % 2 == 0 ? 0 : $0 }
    #expect(try pieces(many) == Array(many.filter { $0 > 0 }.prefix(64)))
  }
}
