public import MioCore
import MioNet

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Tells a poll that the user wants the program to end: SIGINT or SIGTERM came.
///
/// A signal handler may do hardly anything, so it writes a byte to a pipe, and the pipe is a source
/// like any other. There is one for the whole process.
public struct TerminationSignals: ~Copyable {
  private let receiver: PipeReceiver

  /// Begins to catch both signals, and to tell by events with this token.
  ///
  /// - Throws: ``IOError`` when there is no descriptor left for the pipe.
  public init<S: Selector & ~Copyable>(
    reportingTo registry: borrowing Registry<S>, token: Token
  ) throws(IOError) {
    let pipe = try AnonymousPipe()
    try registry.register(pipe.receiver, token: token, interest: .readable)
    receiver = pipe.receiver
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
