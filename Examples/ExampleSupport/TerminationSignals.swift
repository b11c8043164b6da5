public import MioCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells a poll that the user wants the program to end: SIGINT or SIGTERM came.
///
/// A signal handler may do hardly anything, so it writes a byte to a pipe, and the pipe is a source
/// like any other. There is one for the whole process.
public struct TerminationSignals: ~Copyable {
  /// What to register: readable once a signal came.
  public let source: SourceDescriptor

  /// Begins to catch both signals.
  ///
  /// - Throws: ``IOError`` when there is no descriptor left for the pipe.
  public init() throws(IOError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw IOError(code: errno, operation: .create) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    source = SourceDescriptor(borrowing: Descriptor(ends[0]))
    unsafe writeEnd = ends[1]
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { _ in
        let saved = errno
        var byte: UInt8 = 0
        _ = unsafe write(writeEnd, &byte, 1)
        errno = saved
      }
    }
  }
}

// Safety: written once, before the handler that reads it is installed.
private nonisolated(unsafe) var writeEnd: Int32 = -1
