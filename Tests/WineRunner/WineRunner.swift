import CMainThreadTasks
import MioNetTests
import MioParityTests
import MioWineTests
import Testing

/// Runs all tests of this program on this thread, and prints their results: `scripts/test-wine`.
///
/// The arguments are those of `swift test`, such as `--filter`.
///
/// - Returns: 0 if all tests passed.
@_cdecl("mio_wine_main")
public func runTestsUnderWine(_ count: Int32, _ arguments: OpaquePointer?) -> Int32 {
  c_tasks_wait_for_run()
  Task {
    unsafe status = await Testing.__swiftPMEntryPoint() as CInt
    unsafe isDone = 1
  }
  let result = c_tasks_run { unsafe isDone }
  print("exit \(result == 0 ? unsafe status : result)")
  return result == 0 ? unsafe status : result
}

// Safety: there is only one thread.
private nonisolated(unsafe) var status: Int32 = 1
private nonisolated(unsafe) var isDone: Int32 = 0
