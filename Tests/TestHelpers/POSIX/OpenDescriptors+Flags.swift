import CLibrary
public import MioCore

extension OpenDescriptors {
  /// Returns whether the descriptor is closed when the process runs another program.
  public static func isCloseOnExec(_ descriptor: Int32) -> Bool {
    fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0
  }

  /// Returns whether the descriptor is non-blocking.
  public static func isNonBlocking(_ descriptor: Int32) -> Bool {
    fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0
  }

  /// Returns whether the descriptor is close-on-exec and non-blocking, as all descriptors of Mio
  /// are.
  public static func isSafe(_ descriptor: Descriptor) -> Bool {
    isCloseOnExec(descriptor.fileDescriptor) && isNonBlocking(descriptor.fileDescriptor)
  }

  /// Makes a descriptor blocking and inheritable, like those of other libraries.
  public static func clearFlags(of descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, 0)
    _ = fcntl(descriptor, F_SETFL, 0)
  }
}
