import CLibrary
import MioSignals
import Testing

struct SignalSetTests {
  @Test
  func `the named sets have the signal numbers of the system`() {
    let numbers: [(SignalSet, Int32)] = [
      (.interrupt, SIGINT), (.terminate, SIGTERM), (.hangup, SIGHUP), (.quit, SIGQUIT),
      (.child, SIGCHLD), (.user1, SIGUSR1), (.user2, SIGUSR2), (.alarm, SIGALRM),
      (.continue, SIGCONT), (.windowChange, SIGWINCH),
    ]
    for (name, number) in numbers { #expect(SignalSet(number: number) == name) }
  }

  @Test(arguments: [0, -1, 65, Int32.min, Int32.max])
  func `a number that is not a signal makes no set`(_ number: Int32) {
    #expect(SignalSet(number: number) == nil)
  }

  @Test
  func `the first and the last number make sets`() {
    #expect(SignalSet(number: 1)?.rawValue == 1)
    #expect(SignalSet(number: 64)?.rawValue == 1 << 63)
  }

  @Test
  func `the description of a set lists its signals by number`() {
    #expect("\(SignalSet([.terminate, .interrupt]))" == "[interrupt, terminate]")
    #expect("\(SignalSet(number: 64) ?? [])" == "[signal 64]")
    #expect("\(SignalSet())" == "[]")
  }
}
