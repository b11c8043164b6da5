#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// The file that the system creates when a Unix socket is bound to a path.
public struct SocketFile {
  private let path: String
  private let device: dev_t
  private let number: ino_t

  /// Records the file at a path.
  ///
  /// The result is `nil` if there is no file.
  public init?(at path: String) {
    guard let status = SocketFile.status(of: path) else { return nil }
    self.path = path
    device = status.st_dev
    number = status.st_ino
  }

  /// Removes the file, unless another file has replaced it.
  ///
  /// Such a file belongs to another server.
  public func remove() {
    guard let status = SocketFile.status(of: path) else { return }
    if status.st_dev == device && status.st_ino == number { _ = unsafe unlink(path) }
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status : nil
  }
}
