/// A rule of the contract that a selector does not keep.
public struct ContractViolation: Error, CustomStringConvertible {
  /// What should have been, and what was.
  public let description: String

  /// Where the check stands that found it.
  public let file: String
  /// The line there.
  public let line: Int

  init(_ description: String, file: String, line: Int) {
    self.description = description
    self.file = file
    self.line = line
  }
}

/// Fails the check unless the condition holds.
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws {
  if !condition { throw ContractViolation(message(), file: file, line: line) }
}
