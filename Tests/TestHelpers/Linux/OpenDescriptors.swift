import Glibc

/// The open descriptors of this process.
public enum OpenDescriptors {
  /// Returns the open descriptors with the names of their files, such as `socket:[123]`.
  public static func list() -> [Int32: String] {
    guard let directory = unsafe opendir("/proc/self/fd") else { return [:] }
    defer { unsafe closedir(directory) }
    var open: [Int32: String] = [:]
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      guard let number = Int32(name), unsafe number != dirfd(directory) else { continue }
      open[number] = target(of: number)
    }
    return open
  }

  /// Waits until the descriptors of all closed objects are closed.
  static func settle() {
    Libkqueue.settle()
  }

  private static func target(of number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = unsafe readlink("/proc/self/fd/\(number)", &buffer, buffer.count - 1)
    return count < 0
      ? "?" : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
