extension PollingThread {
  /// The simulated program that calls.
  ///
  /// Outside of a simulation nothing is known of it.
  public static func currentProgram() -> PollingThread {
    guard let program = SimulatedTask.current else { return PollingThread() }
    return PollingThread(
      isWaiting: { program.state == .waiting },
      interruption: Interruption(
        interrupt: { program.interrupt() }, count: { program.interruptionCount }))
  }
}
