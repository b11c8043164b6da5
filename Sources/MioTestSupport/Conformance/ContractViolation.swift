/// A rule of the contract that a selector violates.
public struct ContractViolation: Error, CustomStringConvertible {
  /// The expected and the actual behaviour.
  public let description: String

  /// The file of the check that failed.
  public let file: String
  /// The line of the check that failed.
  public let line: Int

  init(_ description: String, file: String, line: Int) {
    self.description = description
    self.file = file
    self.line = line
  }
}

/// Throws ``ContractViolation`` if the condition is false.
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws {
  if !condition { throw ContractViolation(message(), file: file, line: line) }
}
