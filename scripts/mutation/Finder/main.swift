// Finds the places of Swift sources that can be mutated.
// Usage: Finder [-DCONDITION]... FILE...        (prints the sites as JSON)
import Foundation
import SwiftOperators
import SwiftParser
import SwiftSyntax

var sites: [Site] = []
let arguments = CommandLine.arguments.dropFirst()
let defined = Set(arguments.filter { $0.hasPrefix("-D") }.map { String($0.dropFirst(2)) })
for path in arguments where !path.hasPrefix("-D") {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  let parsed = Parser.parse(source: text)
  let folded = OperatorTable.standardOperators.foldAll(parsed) { _ in }
  let finder = Finder(path: path, tree: folded, defined: defined)
  finder.walk(folded)
  sites += finder.sites
}
FileHandle.standardOutput.write(try JSONEncoder().encode(sites))
