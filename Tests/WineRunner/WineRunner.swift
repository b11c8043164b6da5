import CWineSocket
import MioCore
import MioTestSupport
import MioWindows

/// Runs the conformance checks over `AFDSelector`, and prints a line for each: `scripts/test-wine`.
///
/// - Returns: 0 if all passed.
@_cdecl("mio_wine_main")
public func runUnderWine() -> Int32 {
  var passed = 0, failed = 0
  for check in SelectorCheck.allCases {
    if let reason = skipped[check] {
      print("skipped \(check.rawValue): \(reason)")
      continue
    }
    let before = c_wine_handle_count()
    do {
      try check.run(on: fixture)
      passed += 1
      let after = c_wine_handle_count()
      print("passed  \(check.rawValue)\(after > before ? " (\(after - before) handles more)" : "")")
    } catch {
      failed += 1
      print("FAILED  \(check.rawValue): \(error)")
    }
  }
  print("\(passed) passed, \(failed) failed")
  return failed == 0 ? 0 : 1
}

private let fixture = ConformanceFixture<AFDSelector, _>(
  makePair: { () throws(IOError) in try WineStream.pair() },
  makeInterrupter: { _ in {} })

/// What does not apply, and why.
private let skipped: [SelectorCheck: String] = [
  .interruptedPollThrowsOnRequest: "Windows has no signals",
  .bothShutIsWriteClosed: "Windows does not tell of what was shut down here",
  .closedPeerIsReadable:
    "wine-fin-behind-data: Wine tells of the end only when the data before it is read",
]
