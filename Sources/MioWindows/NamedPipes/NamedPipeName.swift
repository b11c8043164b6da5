import MioCore

/// The name of a pipe, as the system takes it.
struct NamedPipeName {
  /// How long a name may be, with what stands before it.
  private static let limit = 256

  /// UTF-16, with a zero at the end.
  let text: [UInt16]

  /// Checks a name.
  ///
  /// What opens a pipe would open a file just as well, so a name must be a pipe's: the system takes `/` for
  /// `\`, and `\\.\pipe\..\C:\file` for `\\.\C:\file`.
  init(_ name: String, _ operation: IOError.Operation) throws(IOError) {
    // `\\.\pipe\sql\query`: nothing, nothing, the computer, "pipe", the parts of the name.
    let parts = name.unicodeScalars.split(separator: "\\", omittingEmptySubsequences: false)
    guard parts.count >= 5, parts[0].isEmpty, parts[1].isEmpty, !parts[2].isEmpty,
      String(parts[3]).lowercased() == "pipe", parts[4...].allSatisfy(Self.isProper),
      !name.utf16.contains(0), !name.utf16.contains(Self.slash)
    else {
      try IOError.raise(.invalidArgument, operation)
    }
    if name.utf16.count > Self.limit { try IOError.raise(.nameTooLong, operation) }
    text = Array(name.utf16) + [0]
  }

  private static let slash = UInt16(UInt8(ascii: "/"))

  /// Whether a part of a name stays where it is: the system removes dots and spaces at the end.
  private static func isProper(_ part: Substring.UnicodeScalarView) -> Bool {
    !part.allSatisfy { $0 == "." || $0 == " " }
  }
}
