public import MioCore
public import MioNet

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
  public let source: PipeReceiver

  /// Begins to catch both signals.
  ///
  /// - Throws: ``IOError`` when there is no descriptor left for the pipe.
  public init() throws(IOError) {
    let pipe = try Pipe()
    source = pipe.receiver
    unsafe writeEnd = pipe.sender.takeDescriptor().fileDescriptor
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
