import CLibrary

/// A folder for the socket files of one test.
///
/// It is removed with its contents when the value is destroyed.
public struct TemporaryFolder: ~Copyable {
  /// The path of the folder.
  public let path: String

  /// Creates a folder.
  public init() {
    var template = Array("/tmp/mio-XXXXXX".utf8CString)
    path = unsafe mkdtemp(&template).map { unsafe String(cString: $0) } ?? "/nonexistent"
  }

  deinit {
    if let directory = unsafe opendir(path) {
      while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        _ = unsafe unlink("\(path)/\(name)")
      }
      unsafe closedir(directory)
    }
    _ = unsafe rmdir(path)
  }

  /// Returns the path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }
}
