import CLibrary
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// Random operations with the outcomes that the contract promises, and polls with the events that
/// it requires.
///
/// `scripts/check-model` runs many more operations, and repeats those of a seed.
@Suite(.guardingDescriptors(limit: .seconds(600)))
struct ModelTests {
  @Test(arguments: TestedSelector.allCases, ChannelKnowledge.ofThisSystem)
  func `random operations agree with the model`(
    _ selector: TestedSelector, _ knowledge: ChannelKnowledge
  ) throws {
    let wanted = number("MIO_MODEL_COUNT")
    let count = wanted ?? 50_000
    let seed = UInt64(number("MIO_MODEL_SEED") ?? 1)
    let (failure, encounters) = try Trial(of: selector, knowledge).search(
      count, seed: seed
    ) {
      if wanted != nil { report("model: \(selector), seed \($0)") }
    }
    if let failure {
      Issue.record("\(selector) disagrees with the model: \(failure)")
    } else {
      if wanted != nil {
        report("model: \(selector) agrees, with \(knowledge.testDescription): \(encounters)")
      }
      #expect(count < 50_000 || encounters.missing(selector.latitude, knowledge).isEmpty)
    }
  }

  @Test(arguments: SimulatedWorld.allCases)
  func `random operations in a simulation agree with the model`(_ world: SimulatedWorld) throws {
    let wanted = number("MIO_MODEL_COUNT")
    let count = (wanted ?? 50_000) / (Simulation.runsProgramsOnThreads ? 50 : 1)
    let seed = UInt64(number("MIO_MODEL_SEED") ?? 1)
    let (failure, encounters) = try Trial(of: world).search(count, seed: seed) {
      if wanted != nil { report("model: \(world), seed \($0)") }
    }
    if let failure {
      Issue.record("\(world) disagrees with the model: \(failure)")
    } else {
      if wanted != nil { report("model: \(world) agrees: \(encounters)") }
      let missing = encounters.missing(
        world.latitude, ChannelKnowledge(isComplete: true, unreadResets: true),
        except: Encounters.beyondSimulation)
      #expect(count < 50_000 || missing.isEmpty)
    }
  }

  /// Prints a line immediately, because the next operation may hang.
  private func report(_ line: String) {
    _ = unsafe write(STDERR_FILENO, line + "\n", line.utf8.count + 1)
  }

  private func number(_ name: String) -> Int? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe Int(String(cString: text))
  }

  /// Sequences that disagreed with the model once.
  @Test(arguments: TestedSelector.allCases, ReplayedSequences.all)
  func `a sequence of operations that once failed agrees with the model`(
    _ selector: TestedSelector, _ sequence: ReplayedSequence
  ) throws {
    #expect(try Trial(of: selector).run(sequence.operations) == nil)
  }

  @Test(arguments: SimulatedWorld.allCases, ReplayedSequences.all)
  func `a sequence that once failed agrees with the model in a simulation`(
    _ world: SimulatedWorld, _ sequence: ReplayedSequence
  ) throws {
    #expect(try Trial(of: world).run(sequence.operations) == nil)
  }
}
