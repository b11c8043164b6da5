import CConsole

/// Prints a line at once, also when the output is a pipe or a file.
public func printLine(_ line: String) {
  print(line)
  c_console_flush()
}

/// Says on standard error what went wrong, and ends the program.
///
/// - Parameters:
///   - reason: What went wrong.
///   - status: The exit status: 2 for what the user called the program with, 1 for everything else.
public func fail(_ reason: String, status: Int32) -> Never {
  complain(reason)
  c_console_exit(status)
}

/// Says on standard error how to call the program, and ends it.
public func failWithUsage(_ arguments: String) -> Never {
  printError("usage: \(programName) \(arguments)")
  c_console_exit(2)
}

/// Says on standard error what went wrong.
public func complain(_ reason: String) {
  printError("\(programName): \(reason)")
}

private var programName: Substring {
  CommandLine.arguments.first?.split { $0 == "/" || $0 == "\\" }.last ?? "echo"
}

private func printError(_ line: String) {
  unsafe c_console_complain(line + "\n")
}
