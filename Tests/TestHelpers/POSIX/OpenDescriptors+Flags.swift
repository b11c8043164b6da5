import CLibrary
public import MioCore

extension OpenDescriptors {
  /// Whether the descriptor vanishes when the process runs another program.
  public static func isCloseOnExec(_ descriptor: Int32) -> Bool {
    fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0
  }

  /// Whether operations on the descriptor return instead of waiting.
  public static func isNonBlocking(_ descriptor: Int32) -> Bool {
    fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0
  }

  /// Whether the descriptor is close-on-exec and non-blocking, as all of Mio's are.
  public static func isSafe(_ descriptor: Descriptor) -> Bool {
    isCloseOnExec(descriptor.fileDescriptor) && isNonBlocking(descriptor.fileDescriptor)
  }

  /// Makes a descriptor block, and be inherited, as those of other libraries are.
  public static func clearFlags(of descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, 0)
    _ = fcntl(descriptor, F_SETFL, 0)
  }
}
