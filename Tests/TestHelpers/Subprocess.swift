import CLibrary
public import MioCore
import MioNet

/// Other programs that this process starts.
public enum Subprocess {
  /// Returns the open descriptors of another program, except its standard input and output and its
  /// listing.
  public static func openDescriptors() throws -> [String] {
    try run("/bin/ls", ["-l", "/proc/self/fd"])
      .split(separator: "\n").map(String.init)
      .filter { $0.contains(" -> ") }
      .filter { !$0.contains("/proc/") }
      .filter { line in ![" 0 -> ", " 1 -> ", " 2 -> "].contains { line.contains($0) } }
  }

  /// Starts a program, with pipes to its standard input and from its standard output.
  public static func start(_ program: String, _ arguments: [String] = []) throws -> Child {
    let input = try AnonymousPipe()
    let output = try AnonymousPipe()
    let process = try spawn(
      program, arguments, input: input.receiver.descriptor, output: output.sender.descriptor)
    let child = Child(
      process: process, input: input.sender.takeDescriptor(),
      output: output.receiver.takeDescriptor())
    // The descriptors of this side are changed after the start, because the other program must not
    // inherit them.
    OpenDescriptors.clearFlags(of: child.input.fileDescriptor)
    OpenDescriptors.clearFlags(of: child.output.fileDescriptor)
    return child
  }

  /// Runs commands of a shell, and returns their output.
  public static func output(of commands: String) throws -> String {
    try run("/bin/sh", ["-c", commands])
  }

  /// Runs a program to its end, and returns its output.
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    let child = try start(program, arguments)
    close(child.input.fileDescriptor)
    defer { close(child.output.fileDescriptor) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe read(child.output.fileDescriptor, &chunk, chunk.count)
      if count <= 0 { break }
      output += chunk[..<count]
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func spawn(
    _ program: String, _ arguments: [String], input: Descriptor, output: Descriptor
  ) throws -> pid_t {
    var actions = unsafe noSpawnActions()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (end, standard) in [(input.fileDescriptor, Int32(0)), (output.fileDescriptor, 1)] {
      // Programs expect blocking descriptors.
      _ = fcntl(end, F_SETFL, 0)
      unsafe posix_spawn_file_actions_adddup2(&actions, end, standard)
    }
    var argv: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe argv.append(nil)
    defer { unsafe argv.forEach { unsafe free($0) } }
    var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
    var process: pid_t = 0
    let result = unsafe posix_spawn(&process, program, &actions, nil, argv, &environment)
    guard result == 0 else { throw Failure(code: result) }
    return process
  }

  /// The error of a program that cannot run.
  struct Failure: Error {
    let code: Int32
  }
}

/// A program that ends at the latest with this value.
///
/// The two descriptors belong to the caller. They are blocking and inheritable, like those of other
/// libraries.
public struct Child: ~Copyable {
  /// The process of the program.
  public let process: Int32
  /// The descriptor that writes to the program's standard input.
  public let input: Descriptor
  /// The descriptor that reads the program's standard output.
  public let output: Descriptor

  init(process: pid_t, input: Descriptor, output: Descriptor) {
    self.process = process
    self.input = input
    self.output = output
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }
}
