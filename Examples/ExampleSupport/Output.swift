#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Prints a line at once, also when the output is a pipe or a file.
public func printLine(_ line: String) {
  print(line)
  fflush(nil)
}

/// Prints a line to standard error and ends the program.
///
/// - Parameters:
///   - line: What went wrong.
///   - status: The exit status: 2 for bad arguments, 1 for everything else.
public func fail(_ line: String, status: Int32) -> Never {
  complain(line)
  exit(status)
}

/// Prints a line to standard error.
public func complain(_ line: String) {
  var text = line + "\n"
  text.withUTF8 { bytes in
    _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
}
