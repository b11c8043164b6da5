/// The operations that a thread must see: for each thread, the time of its last such operation.
///
/// The operations of the scenario before its threads begin happen before all threads.
struct VectorClock: Equatable {
  private var times = SIMD8<UInt32>()

  subscript(thread: Int) -> UInt32 {
    get { times[thread] }
    set { times[thread] = newValue }
  }

  mutating func formUnion(_ other: VectorClock) {
    times = pointwiseMax(times, other.times)
  }

  /// Returns whether one of these times is before this clock; a time of zero stands for none.
  func isAfterAny(of other: VectorClock) -> Bool {
    any((other.times .!= 0) .& (other.times .<= times))
  }

  /// Returns a thread whose time is not before this clock.
  func threadAhead(in other: VectorClock) -> Int? {
    (0..<Scheduler.threadLimit).first { other[$0] > self[$0] }
  }
}

extension Scheduler {
  /// The operations that the current thread must see; the scenario's own clock is not used.
  var clock: VectorClock {
    get { threads[current].clock }
    set { threads[current].clock = newValue }
  }

  /// Begins the next operation of the thread, and returns its time.
  func tick() -> UInt32 {
    threads[current].clock[current] += 1
    return threads[current].clock[current]
  }
}
