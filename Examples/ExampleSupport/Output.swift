import CConsole

/// Prints a line at once, even if the output is a pipe or a file.
public func printLine(_ line: String) {
  print(line)
  c_console_flush()
}

/// Prints an error message to standard error, and ends the program.
///
/// - Parameters:
///   - reason: The reason of the failure.
///   - status: The exit status: 2 for wrong arguments, 1 for every other failure.
public func fail(_ reason: String, status: Int32) -> Never {
  complain(reason)
  c_console_exit(status)
}

/// Prints the usage of the program to standard error, and ends the program.
public func failWithUsage(_ arguments: String) -> Never {
  printError("usage: \(programName) \(arguments)")
  c_console_exit(2)
}

/// Prints an error message to standard error.
public func complain(_ reason: String) {
  printError("\(programName): \(reason)")
}

private var programName: Substring {
  CommandLine.arguments.first?.split { $0 == "/" || $0 == "\\" }.last ?? "echo"
}

private func printError(_ line: String) {
  unsafe c_console_complain(line + "\n")
}
