import CFaultInjection
import Glibc
public import MioCore
public import Testing

/// Runs an operation again and again, and makes one after the other of its system calls fail.
///
/// Each time the operation has to throw that very error, and to leave no descriptor open that was not
/// open before.
///
/// - Parameters:
///   - sourceLocation: Where a failure is reported.
///   - prepare: What an operation needs, made without failures.
///   - operation: The operation.
/// - Returns: The functions that failed, in order.
/// - Throws: ``IOError`` when the operation fails by itself.
@discardableResult
public func sweepFaults<Subject: ~Copyable>(
  sourceLocation: SourceLocation = #_sourceLocation,
  preparing prepare: () throws(IOError) -> Subject,
  _ operation: (borrowing Subject) throws(IOError) -> Void
) throws(IOError) -> [String] {
  var failed: [String] = []
  let total = try countCalls(prepare, operation)
  for skip in 0..<total {
    let subject = try prepare()
    let before = OpenDescriptors.list()
    c_fault_begin(skip, ENOBUFS)
    var error: IOError?
    do throws(IOError) {
      try operation(subject)
    } catch let thrown {
      error = thrown
    }
    _ = c_fault_end()
    let function = unsafe String(cString: c_fault_function())
    failed.append(function)
    #expect(error?.code == ENOBUFS, "\(function), call \(skip)", sourceLocation: sourceLocation)
    #expect(
      OpenDescriptors.list() == before, "\(function), call \(skip)",
      sourceLocation: sourceLocation)
  }
  return failed
}

/// How many calls an operation makes that succeeds.
private func countCalls<Subject: ~Copyable>(
  _ prepare: () throws(IOError) -> Subject, _ operation: (borrowing Subject) throws(IOError) -> Void
) throws(IOError) -> Int32 {
  let subject = try prepare()
  c_fault_begin(-1, 0)
  defer { _ = c_fault_end() }
  try operation(subject)
  return c_fault_end()
}
