public import MioTestSupport

extension PollingThread {
  /// The thread that calls, which nothing interrupts.
  ///
  /// Under Wine it is a thread of Linux. It sleeps while Wine's server has no answer for it, which may be in
  /// another call as well, but then for a short time.
  public static func current() -> PollingThread {
    let this = SleepingThread.current
    return PollingThread(isWaiting: { this.isAsleep })
  }
}
