// What a closure of `TokenTable.withValue(for:_:)` cannot use of the struct that holds the table.
import MioCore

struct Loop: ~Copyable {
  var table = TokenTable<Int>()
  var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4)
  var sum = 0

  mutating func add(_ value: Int) { sum += value }

  mutating func takeASpan(_ token: Token) {
    // expected-error @+1 {{overlapping accesses to 'self.table'}}
    table.withValue(for: token) { value in
      // expected-note @+1 {{conflicting access is here}}
      var bytes = buffer.mutableSpan
      bytes[0] = UInt8(value)
    }
  }

  mutating func callAMethod(_ token: Token) {
    // expected-error @+2 {{overlapping accesses to 'self.table'}}
    // expected-note @+1 {{conflicting access is here}}
    table.withValue(for: token) { value in add(value) }
  }

  mutating func useAProperty(_ token: Token) {
    table.withValue(for: token) { value in sum += value }
  }
}
