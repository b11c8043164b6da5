import MioCore

/// The name of a pipe in the form that the system accepts.
struct NamedPipeName {
  /// The maximum length of a name, including its prefix.
  private static let limit = 256

  /// The name in UTF-16, with a zero at the end.
  let text: [UInt16]

  /// Checks a name.
  ///
  /// The system call that opens a pipe would also open a file, so the name must be that of a pipe.
  /// The system treats `/` as `\`, and `\\.\pipe\..\C:\file` as `\\.\C:\file`.
  init(_ name: String, _ operation: IOError.Operation) throws(IOError) {
    // `\\.\pipe\sql\query` has the parts "", "", the computer, "pipe", and the parts of the name.
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

  /// Returns whether a part of a name has a character other than a dot or a space.
  ///
  /// The system removes dots and spaces at the end of a part.
  private static func isProper(_ part: Substring.UnicodeScalarView) -> Bool {
    !part.allSatisfy { $0 == "." || $0 == " " }
  }
}
