import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The simulated selector keeps the contract with every seed.
@Suite(.guardingDescriptors(limit: .seconds(300)))
struct SimulatedContractTests {
  /// A listener that closures share.
  private final class SharedListener: @unchecked Sendable {
    // Safety of `@unchecked`: a simulation runs on one thread at a time.

    private var listener: SimulatedListener?
    let port: UInt16

    init() throws(IOError) {
      let listener = try SimulatedListener(port: 0)
      port = listener.localAddress.port
      self.listener = consume listener
    }

    func register<S: Selector & ~Copyable>(
      with registry: borrowing Registry<S>
    ) throws(IOError) {
      try listener?.register(with: registry, token: 1, interest: .readable, mode: .edge)
    }

    func close() { listener = nil }
  }

  private func run<S: Selector & ~Copyable>(
    _ check: SelectorCheck, over type: S.Type, seed: UInt64, _ faults: FaultRates
  ) throws {
    let fixture = ConformanceFixture<S, _>(
      makePair: { () throws(IOError) in try SimulatedStream.pair() },
      makeListener: { () throws(IOError) in
        let shared = try SharedListener()
        return BoundListener(
          register: { registry throws(IOError) in try shared.register(with: registry) },
          close: { shared.close() },
          bindAgain: { () throws(IOError) in _ = try SimulatedListener(port: shared.port) })
      },
      observePoller: { _ in .currentProgram() })
    let simulation = Simulation(seed: seed, faults: faults)
    simulation.callLimit = 10_000_000
    simulation.addHost("host").run { try check.run(on: fixture) }
    try simulation.run(for: .seconds(100_000))
  }

  @Test(arguments: SelectorCheck.allCases)
  func `a simulated selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    try run(check, over: SimulatedSelector.self, seed: 1, .none)
    for seed in 2...UInt64(1 + seedCount(5)) {
      try run(check, over: SimulatedSelector.self, seed: seed, .benign)
    }
  }

  @Test(arguments: SelectorCheck.allCases)
  func `a simulated selector keeps the contract under all benign faults at once`(
    _ check: SelectorCheck
  ) throws {
    var faults = FaultRates.benign
    faults.leavesSomeOut = false
    for seed in 1...UInt64(seedCount(5)) {
      try run(check, over: SimulatedSelector.self, seed: seed, faults)
    }
  }

  @Test(arguments: SelectorCheck.allCases)
  func `a checked simulated selector keeps the contract of selectors`(_ check: SelectorCheck) throws
  {
    for seed in 1...UInt64(seedCount(6)) {
      try run(
        check, over: CheckedSelector<SimulatedSelector>.self, seed: seed,
        seed == 1 ? .none : .benign)
    }
  }
}
