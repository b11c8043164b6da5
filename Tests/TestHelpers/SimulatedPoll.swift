public import MioCore
import MioTestSupport

/// Makes a poll of the simulated host whose program calls.
///
/// - Throws: ``IOError``, as the selector.
public func makeSimulatedPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
  try PollBox(Poll<SimulatedSelector>(), capacity: capacity)
}
