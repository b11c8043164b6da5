import CLibrary
import MioTestSupport

/// Returns the number of seeds for a scenario: that of `scripts/check-simulations`, or the usual
/// number.
func seedCount(_ usual: Int) -> Int {
  if Simulation.runsProgramsOnThreads { return max(1, usual / 50) }
  guard let text = unsafe getenv("MIO_SEEDS") else { return usual }
  return unsafe Int(String(cString: text)) ?? usual
}
