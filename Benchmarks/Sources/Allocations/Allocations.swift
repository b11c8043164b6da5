import CAllocationCounter
import Glibc
import MioCore

/// Performs every operation many times, and fails if one of them allocates after its set-up.
@main
enum Allocations {
  static func main() throws(IOError) {
    var report = Report()
    try checkPolling(&report)
    try checkRegistering(&report)
    try checkWaking(&report)
    try checkTransfers(&report)
    try checkDatagrams(&report)
    try checkUnixSockets(&report)
    try checkPipes(&report)
    try checkSockets(&report)
    try checkAccepting(&report)
    try checkTable(&report)
    try checkDeadlines(&report)
    report.finish()
  }
}

/// A counter of allocations that prints its results.
struct Report: ~Copyable {
  /// The number of repetitions of each operation.
  static let repetitions = 100

  private var passed = 0
  private var failed = 0

  /// Counts the allocations of an operation.
  ///
  /// It performs the operation once before it counts, because the first call may allocate.
  mutating func check(
    _ name: String, _ operation: () throws(IOError) -> Void
  ) throws(IOError) {
    try operation()
    let before = allocation_count()
    for _ in 0..<Report.repetitions { try operation() }
    note(name, allocation_count() - before)
  }

  /// Records the number of allocations of an operation, which should be zero.
  mutating func note(_ name: String, _ count: Int) {
    if count == 0 { passed += 1 } else { failed += 1 }
    let verdict = count == 0 ? "" : "  FAILED"
    print("\(count) allocations in \(Report.repetitions) times: \(name)\(verdict)")
  }

  /// Prints the totals, and ends the process with status 1 if an operation has allocated.
  consuming func finish() {
    precondition(Report.counts, "the counter does not see an array's allocation")
    print("\(passed) passed, \(failed) failed")
    if failed > 0 { exit(1) }
  }

  private static var counts: Bool {
    let before = allocation_count()
    let array = [Int](repeating: 0, count: before & 7 + 9)
    unsafe array.withUnsafeBytes { unsafe allocation_keep($0.baseAddress) }
    return allocation_count() > before
  }
}
