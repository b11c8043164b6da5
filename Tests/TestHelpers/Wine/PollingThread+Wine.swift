public import MioTestSupport

extension PollingThread {
  /// Returns the calling thread, which nothing interrupts.
  ///
  /// Under Wine it is a Linux thread. It sleeps while it waits for an answer of Wine's server. It
  /// may do so in another call as well, but only for a short time.
  public static func current() -> PollingThread {
    let this = SleepingThread.current
    return PollingThread(isWaiting: { this.isAsleep })
  }
}
