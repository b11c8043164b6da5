/// The choices that lead to an execution, as a text that can be repeated.
///
/// The bound is part of the schedule, because no choice is made when no further cost is permitted.
/// Equal choices in a row are counted: `2:0x7.1.0x3`.
public struct Schedule: CustomStringConvertible {
  let bound: Int
  let choices: [UInt8]

  init(bound: Int, choices: [UInt8]) {
    self.bound = bound
    // After the last choice of the list, the first option is always chosen.
    self.choices = choices.reversed().drop { $0 == 0 }.reversed()
  }

  /// Parses a text.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    var choices: [UInt8] = []
    for run in parts[1].split(separator: ".") {
      let words = run.split(separator: "x")
      guard let choice = words.first.flatMap({ UInt8($0) }),
        let count = words.count == 2 ? Int(words[1]) : 1
      else { return nil }
      choices += Array(repeating: choice, count: count)
    }
    self.init(bound: Int(parts[0]) ?? .max, choices: choices)
  }

  /// The schedule as a text.
  public var description: String {
    var runs: [(choice: UInt8, count: Int)] = []
    for choice in choices {
      if runs.last?.choice == choice {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((choice, 1))
      }
    }
    let text = runs.map { $0.count == 1 ? "\($0.choice)" : "\($0.choice)x\($0.count)" }
    return (bound == .max ? "" : "\(bound)") + ":" + text.joined(separator: ".")
  }
}
