import MioCore
import MioEpoll
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors(limit: .seconds(600)))
struct WakeStressTests {
  @Test(arguments: [1, 16])
  func `none of eight million wakes is lost`(_ capacity: Int) throws {
    try WakeStress.run(
      on: try Poll<EpollSelector>(), capacity: capacity, threadCount: 8, rounds: 1_000_000)
  }
}
