import CLibrary

/// How many seeds a scenario is run with: as many as `scripts/check-simulations` says, or those that are usual.
func seedCount(_ usual: Int) -> Int {
  guard let text = unsafe getenv("MIO_SEEDS") else { return usual }
  return unsafe Int(String(cString: text)) ?? usual
}
