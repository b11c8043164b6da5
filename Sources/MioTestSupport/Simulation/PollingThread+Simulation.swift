extension PollingThread {
  /// Returns the calling simulated program.
  ///
  /// Outside of a simulation, the result reports nothing about the thread.
  public static func currentProgram() -> PollingThread {
    guard let program = SimulatedTask.current else { return PollingThread() }
    return PollingThread(
      isWaiting: { program.state == .waiting },
      interruption: Interruption(
        interrupt: { program.interrupt() }, count: { program.interruptionCount }))
  }
}
