import CFaultInjection
import Glibc
public import MioCore
public import Testing

/// Runs an operation repeatedly, and makes another one of its system calls fail each time.
///
/// The calls fail with EPERM, the smallest code: its negation is the failure that is the closest to a success.
///
/// Each time the operation must throw exactly this error, and must leave no additional descriptor
/// open.
///
/// - Parameters:
///   - tolerated: The positions of the calls whose failure the operation handles without throwing.
///   - sourceLocation: The place at which a failure is reported.
///   - prepare: Creates the subject of the operation. No call fails in it.
///   - operation: The operation.
/// - Returns: The functions that failed, in order.
/// - Throws: ``IOError`` if the operation fails without an injected fault.
@discardableResult
public func sweepFaults<Subject: ~Copyable>(
  tolerating tolerated: Set<Int32> = [],
  sourceLocation: SourceLocation = #_sourceLocation,
  preparing prepare: () throws(IOError) -> Subject,
  _ operation: (borrowing Subject) throws(IOError) -> Void
) throws(IOError) -> [String] {
  var failed: [String] = []
  let total = try countCalls(prepare, operation)
  for skip in 0..<total {
    let subject = try prepare()
    let before = OpenDescriptors.list()
    c_fault_begin(skip, EPERM)
    var error: IOError?
    do throws(IOError) {
      try operation(subject)
    } catch let thrown {
      error = thrown
    }
    _ = c_fault_end()
    let function = unsafe String(cString: c_fault_function())
    failed.append(function)
    #expect(
      error?.code == (tolerated.contains(skip) ? nil : EPERM), "\(function), call \(skip)",
      sourceLocation: sourceLocation)
    #expect(
      OpenDescriptors.list() == before, "\(function), call \(skip)",
      sourceLocation: sourceLocation)
  }
  return failed
}

/// Makes the first calls of a function of the C library on this thread fail, if there are any.
///
/// - Parameters:
///   - function: The name of the function.
///   - code: The error code.
///   - times: The number of calls that fail.
///   - body: Makes the calls.
public func withFault(
  _ function: StaticString, _ code: Int32, times: Int32 = 1, _ body: () -> Void
) {
  function.withUTF8Buffer { name in
    unsafe name.withMemoryRebound(to: CChar.self) {
      unsafe c_fault_begin_function($0.baseAddress, code, times)
    }
  }
  body()
  _ = c_fault_end()
}

/// Lets the options that the system returns have at most this many bytes, as on an older kernel.
///
/// - Parameters:
///   - size: The number of bytes.
///   - body: Reads the options on this thread.
/// - Returns: The value that `body` returns.
/// - Throws: The error that `body` throws.
public func withOptions<Result>(
  of size: UInt32, _ body: () throws(IOError) -> Result
) throws(IOError) -> Result {
  c_fault_shorten_options(size)
  defer { _ = c_fault_end() }
  return try body()
}

/// Makes the second call of the C library on this thread fail, if there is one.
///
/// - Parameters:
///   - code: The error code.
///   - body: Makes the calls.
/// - Returns: Whether the call failed.
/// - Throws: The error that `body` throws.
public func withFaultOfSecondCall(
  _ code: Int32, _ body: () throws(IOError) -> Void
) throws(IOError) -> Bool {
  c_fault_begin(1, code)
  defer { _ = c_fault_end() }
  try body()
  return unsafe c_fault_function()[0] != 0
}

/// Returns the number of system calls of an operation that succeeds.
private func countCalls<Subject: ~Copyable>(
  _ prepare: () throws(IOError) -> Subject, _ operation: (borrowing Subject) throws(IOError) -> Void
) throws(IOError) -> Int32 {
  let subject = try prepare()
  c_fault_begin(-1, 0)
  defer { _ = c_fault_end() }
  try operation(subject)
  return c_fault_end()
}
