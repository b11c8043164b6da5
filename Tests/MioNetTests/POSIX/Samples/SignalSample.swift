import CLibrary
import MioCore
import MioNet

/// Reports SIGINT and SIGTERM as events.
///
/// A process has one at a time.
struct TerminationSignals: ~Copyable {
  private let receiver: PipeReceiver
  private let sender: PipeSender

  init<S: Selector & ~Copyable>(
    reportingTo registry: borrowing Registry<S>, token: Token
  ) throws(IOError) {
    let pipe = try AnonymousPipe()
    try registry.register(pipe.receiver, token: token, interest: .readable)
    unsafe writeEnd = pipe.sender.descriptor.fileDescriptor
    receiver = pipe.receiver
    sender = pipe.sender
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { _ in
        let saved = errno
        var byte: UInt8 = 0
        _ = unsafe write(writeEnd, &byte, 1)
        errno = saved
      }
    }
  }

  deinit {
    for number in [SIGINT, SIGTERM] { _ = signal(number, nil) }  // SIG_DFL
  }
}

// Safety: written before the handler is installed.
private nonisolated(unsafe) var writeEnd: Int32 = -1
