import Loom

/// All of them, by family.
func allScenarios() -> [Scenario] {
  wakes(epoll) + wakes(emulated) + wakes(kqueue) + wakes(kqueueWithPipe) + wakes(afd) + wakes(mock)
    + wakesBesideSources(epoll) + wakesBesideSources(emulated) + wakesBesideSources(kqueue)
    + wakesBesideSources(afd) + wakesBesideSources(mock)
    + failingSignals(epoll) + failingSignals(emulated) + failingSignals(kqueue)
    + failingSignals(kqueueWithPipe) + failingSignals(afd)
    + [longWakes(epoll), longWakes(emulated), longWakes(kqueue), longWakes(afd), longWakes(mock)]
}
