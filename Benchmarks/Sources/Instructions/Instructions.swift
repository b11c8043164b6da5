import MioCore

/// Runs one workload, whose instructions `scripts/check-instructions` counts.
@main
enum Instructions {
  static func main() throws(IOError) {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    guard let workload = arguments.first.flatMap({ Workload(rawValue: $0) }), numbers.count == 3
    else {
      print("usage: Instructions WORKLOAD COUNT WIDTH MILLISECONDS")
      print("workloads:", Workload.allCases.map(\.rawValue).joined(separator: " "))
      return
    }
    try workload.run(count: numbers[0], width: numbers[1], milliseconds: numbers[2])
  }
}
