import Glibc

/// Other programs, as this process starts them.
public enum Subprocess {
  /// What another program finds open, apart from its standard input and output and its own listing.
  public static func openDescriptors() throws -> [String] {
    try run("/bin/ls", ["-l", "/proc/self/fd"])
      .split(separator: "\n").map(String.init)
      .filter { $0.contains(" -> ") }
      .filter { !$0.contains("/proc/") }
      .filter { line in ![" 0 -> ", " 1 -> ", " 2 -> "].contains { line.contains($0) } }
  }

  /// Runs a program to its end and returns what it printed.
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw Failure(code: errno) }
    defer { close(ends[0]) }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    var argv: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe argv.append(nil)
    defer { unsafe argv.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let result = unsafe posix_spawn(&child, program, &actions, nil, argv, environ)
    close(ends[1])
    guard result == 0 else { throw Failure(code: result) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe read(ends[0], &chunk, chunk.count)
      if count <= 0 { break }
      output += chunk[..<count]
    }
    waitpid(child, nil, 0)
    return String(decoding: output, as: UTF8.self)
  }

  /// A program that could not be run.
  struct Failure: Error {
    let code: Int32
  }
}
