/// The number of operations of each thread that a thread must see.
///
/// All threads see the operations of the scenario before its threads begin.
struct VectorClock: Equatable {
  private var times = SIMD8<UInt32>()

  subscript(thread: Int) -> UInt32 {
    get { times[thread] }
    set { times[thread] = newValue }
  }

  mutating func formUnion(_ other: VectorClock) {
    times = pointwiseMax(times, other.times)
  }

  /// Whether one of these times, of which zero stands for none, is before this clock.
  func isAfterAny(of other: VectorClock) -> Bool {
    any((other.times .!= 0) .& (other.times .<= times))
  }

  /// A thread whose time is not before this clock.
  func threadAhead(in other: VectorClock) -> Int? {
    (0..<Scheduler.threadLimit).first { other[$0] > self[$0] }
  }
}

extension Scheduler {
  /// What the thread that goes on has to see; nobody looks at the scenario's own.
  var clock: VectorClock {
    get { threads[current].clock }
    set { threads[current].clock = newValue }
  }

  /// Begins the next thing that the thread does, and returns its time.
  func tick() -> UInt32 {
    threads[current].clock[current] += 1
    return threads[current].clock[current]
  }
}
