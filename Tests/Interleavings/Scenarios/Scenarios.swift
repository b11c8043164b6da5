import Loom
import MioCore

/// Returns all scenarios.
func allScenarios() -> [Scenario] {
  overAllSelectors(epoll) + overAllSelectors(emulated) + overAllSelectors(kqueue)
    + overAllSelectors(afd) + overAllSelectors(mock) + wakes(kqueueWithPipe)
    + exposure(epoll) + exposure(kqueue) + exposure(kqueueWithPipe)
    + firstWakers(epoll) + firstWakers(kqueue) + firstWakers(kqueueWithPipe) + [sharedTag()]
    + mailboxes() + mockQueues() + signals()
    + memoryOrder() + namedPipes() + waitSources()
    + registrations(afdLate) + changes(afdLate) + edges(afdLate)
    + failingSignals(epoll) + failingSignals(emulated) + failingSignals(kqueue)
    + failingSignals(kqueueWithPipe) + failingSignals(afd)
}

/// Returns the scenarios that apply to every selector.
private func overAllSelectors<S: Selector & ~Copyable>(_ backend: Backend<S>) -> [Scenario] {
  registrations(backend) + changes(backend) + edges(backend) + wakes(backend)
    + wakesBesideSources(backend) + [longWakes(backend)]
}
