/// Nobody knows how long threads wait for a processor: all time is a test's own.
struct ProcessorWaits {
  mutating func next() -> Duration { .zero }
}
