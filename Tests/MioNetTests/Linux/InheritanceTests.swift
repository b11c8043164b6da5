import MioCore
import MioEpoll
import MioNet
import MioSystem
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct InheritanceTests {
  @Test
  func `another program inherits no descriptor`() throws {
    let before = OpenDescriptors.list()
    let listener = try Loopback.listener()
    let pair = try Loopback.pair(of: listener)
    let poll = try Poll<SystemSelector>()
    let waker = try poll.registry.makeWaker(token: 1)
    let registry = try poll.registry.duplicate()
    let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
    #expect(opened.count == 5)
    for line in try Subprocess.openDescriptors() {
      for (number, target) in opened {
        #expect(!line.contains(" \(number) -> \(target)"), "another program inherits \(target)")
      }
    }
    _ = (pair.first.descriptor, waker.token, registry.selector.descriptor)
  }
}
