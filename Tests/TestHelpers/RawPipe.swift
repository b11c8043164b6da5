import CTestHelpers
import Glibc
public import MioCore

/// A pipe of the system, whose ends are watched by ``SourceDescriptor``.
@frozen
public struct RawPipe: ~Copyable, Sendable {
  /// Where bytes come out.
  public var reader: PipeEnd
  /// Where they go in.
  public var writer: PipeEnd

  /// Creates a pipe.
  ///
  /// - Throws: ``IOError``, such as `.tooManyOpenFiles`.
  public init() throws(IOError) {
    var ends: [Int32] = [-1, -1]
    if unsafe c_test_pipe(&ends) != 0 { throw IOError(code: errno, operation: .adopt) }
    reader = PipeEnd(owning: ends[0])
    writer = PipeEnd(owning: ends[1])
  }
}

/// One end of a pipe.
///
/// It closes its descriptor.
public struct PipeEnd: ~Copyable, Sendable {
  /// The end as a source.
  public let source: SourceDescriptor

  init(owning descriptor: Int32) {
    source = SourceDescriptor(borrowing: Descriptor(descriptor))
  }

  deinit {
    _ = close(source.descriptor.fileDescriptor)
  }

  /// Writes once.
  ///
  /// - Returns: How many bytes went; `nil` if writing would block.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8]) -> Int? {
    source.withIO(.writable) { descriptor in
      let count = unsafe write(descriptor.fileDescriptor, bytes, bytes.count)
      return count < 0 ? nil : count
    }
  }

  /// Writes until it would block.
  public borrowing func fill() {
    let bytes = [UInt8](repeating: 7, count: 4096)
    while send(bytes) != nil {}
  }
}
