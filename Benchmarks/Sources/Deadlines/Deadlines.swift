import Glibc
import MioCore
import MioEpoll

/// The number of signals, which only the handler changes.
nonisolated(unsafe) private var signalCount = 0

/// Polls until random deadlines, with a signal each millisecond, and prints how late the polls end.
///
///     Deadlines [COUNT]    (2,000 deadlines, which take about 50 s)
///
/// No poll may end early. How late a poll ends depends on the other work of the machine.
@main
enum Deadlines {
  static func main() throws(IOError) {
    let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2000
    interruptEachMillisecond()
    var poll = try Poll<EpollSelector>()
    var events = try Events<EpollSelector>(capacity: 1)
    var random = SystemRandomNumberGenerator()
    var lateness: [Duration] = []
    var earlyCount = 0
    for _ in 0..<count {
      let deadline = poll.now + .microseconds(Int64.random(in: 0...50_000, using: &random))
      try poll.poll(into: &events, until: deadline)
      let end = poll.now
      if end < deadline { earlyCount += 1 } else { lateness.append(end - deadline) }
    }
    lateness.sort()
    print(
      "\(count) deadlines of 0 to 50 ms, \(unsafe signalCount) signals, "
        + "\(earlyCount) polls ended early")
    for percentage in [50, 99, 100] where !lateness.isEmpty {
      let value = lateness[min(lateness.count * percentage / 100, lateness.count - 1)]
      print("late, \(percentage) %: \(value / .microseconds(1)) µs")
    }
    print(earlyCount == 0 ? "1 passed, 0 failed" : "0 passed, 1 failed")
    exit(earlyCount == 0 ? 0 : 1)
  }

  private static func interruptEachMillisecond() {
    signal(SIGALRM) { _ in unsafe signalCount += 1 }
    let millisecond = timeval(tv_sec: 0, tv_usec: 1000)
    var interval = itimerval(it_interval: millisecond, it_value: millisecond)
    unsafe setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &interval, nil)
  }
}
