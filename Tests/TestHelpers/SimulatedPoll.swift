public import MioCore
import MioTestSupport

/// Creates a poll on the simulated host of the calling program.
///
/// - Throws: ``IOError``, which the selector throws.
public func makeSimulatedPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
  try PollBox(Poll<SimulatedSelector>(), capacity: capacity)
}
