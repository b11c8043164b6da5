import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The simulated selector keeps the contract, whatever its seed is.
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

    func register(with registry: borrowing Registry<SimulatedSelector>) throws(IOError) {
      try listener?.register(with: registry, token: 1, interest: .readable, mode: .edge)
    }

    func close() { listener = nil }
  }

  static let fixture = ConformanceFixture<SimulatedSelector, _>(
    makePair: { () throws(IOError) in try SimulatedStream.pair() },
    makeListener: { () throws(IOError) in
      let shared = try SharedListener()
      return BoundListener(
        register: { registry throws(IOError) in try shared.register(with: registry) },
        close: { shared.close() },
        bindAgain: { () throws(IOError) in _ = try SimulatedListener(port: shared.port) })
    },
    observePoller: { _ in .currentProgram() })

  @Test(arguments: SelectorCheck.allCases)
  func `a simulated selector keeps the contract`(_ check: SelectorCheck) throws {
    try run(check, seed: 1, .none)
    for seed in 2...UInt64(1 + seedCount(5)) { try run(check, seed: seed, .benign) }
  }

  @Test(arguments: SelectorCheck.allCases)
  func `a simulated selector keeps the contract when all that is allowed goes on at once`(
    _ check: SelectorCheck
  ) throws {
    var faults = FaultRates.benign
    faults.leavesSomeOut = false
    for seed in 1...UInt64(seedCount(5)) { try run(check, seed: seed, faults) }
  }

  private func run(_ check: SelectorCheck, seed: UInt64, _ faults: FaultRates) throws {
    let simulation = Simulation(seed: seed, faults: faults)
    simulation.callLimit = 10_000_000
    simulation.addHost("host").run { try check.run(on: Self.fixture) }
    try simulation.run(for: .seconds(100_000))
  }
}
