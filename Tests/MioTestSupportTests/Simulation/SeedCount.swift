import CLibrary
import MioTestSupport

/// How many seeds a scenario is run with: as many as `scripts/check-simulations` says, or those that are usual.
func seedCount(_ usual: Int) -> Int {
  if Simulation.runsProgramsOnThreads { return max(1, usual / 50) }
  guard let text = unsafe getenv("MIO_SEEDS") else { return usual }
  return unsafe Int(String(cString: text)) ?? usual
}
