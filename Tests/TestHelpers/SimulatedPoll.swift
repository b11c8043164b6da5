public import MioCore
import MioTestSupport

/// Creates a poll on the simulated host of the calling program.
///
/// - Throws: The ``IOError`` of the selector.
public func makeSimulatedPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
  try PollBox(Poll<SimulatedSelector>(), capacity: capacity)
}
