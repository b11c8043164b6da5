@testable import MioCore
import Testing

struct AssociationTests {
  @Test
  func `the claims of an association differ from each other and from selector numbers`() {
    let claims = [Association.registering, Association.deregistering, Association.overtaking]
    #expect(claims.allSatisfy { $0.nonzeroBitCount == 1 && $0 > SelectorIdentity.largestNumber })
    #expect(Set(claims).count == claims.count)
  }
}
