import Glibc

/// A system thread whose sleep can be observed.
public struct SleepingThread: Sendable {
  private let folder: String

  /// The calling thread.
  public static var current: SleepingThread {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = unsafe readlink("/proc/thread-self", &buffer, buffer.count)
    let name = String(
      decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return SleepingThread(folder: "/proc/\(name)/")
  }

  /// Whether the thread sleeps, does not wait for a lock, and has not run for a while.
  public var isAsleep: Bool {
    guard isSleeping, let runs = runCount else { return false }
    usleep(500)
    return isSleeping && runCount == runs
  }

  private var isSleeping: Bool {
    // The state follows the name. The name is in parentheses, and may contain any character.
    let state = read("stat").split(separator: ")").last
    return state?.hasPrefix(" S") == true && !read("wchan").hasPrefix("futex")
  }

  /// The number of times that the thread has run on a processor.
  private var runCount: Substring? { read("schedstat").split(separator: " ").last }

  private func read(_ file: String) -> String {
    let descriptor = unsafe open(folder + file, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }
}
