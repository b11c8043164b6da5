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

/// Reports SIGINT and SIGTERM to a poll.
///
/// A signal handler may call only few functions. It therefore writes a byte to a pipe, and the pipe
/// is a source like any other. There is one pipe for the whole process.
public struct TerminationSignals: ~Copyable {
  private let receiver: PipeReceiver

  /// Begins to catch both signals, and to report them as events with this token.
  ///
  /// - Throws: ``IOError`` if there is no descriptor left for the pipe.
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

// Safety: the variable is written once, before the installation of the handler that reads it.
private nonisolated(unsafe) var writeEnd: Int32 = -1
