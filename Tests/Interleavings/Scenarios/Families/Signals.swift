import CMioSignals
import Loom

/// Signals: none is lost, and no handler uses a channel that is closed.
func signals() -> [Scenario] {
  [
    Scenario("signals/receiver/a handler ∥ the source is closed") { threads in
      let model = SignalModel()
      let receiver = model.open(1)
      threads.add("handler") { _ = c_mio_signal_deliver(1) }
      threads.add("owner") { model.close(receiver, 1) }
      threads.run()
    },
    Scenario("signals/receiver/two handlers ∥ one source follows another") { threads in
      let model = SignalModel()
      let first = model.open(1)
      threads.add("one") { _ = c_mio_signal_deliver(1) }
      threads.add("two") { _ = c_mio_signal_deliver(2) }
      threads.add("owner") {
        model.close(first, 1)
        model.close(model.open(2), 2)
      }
      threads.run()
    },
    Scenario("signals/receiver/two handlers ∥ the owner receives") { threads in
      let model = SignalModel()
      let receiver = model.open(1)
      threads.add("one") { _ = c_mio_signal_deliver(1) }
      threads.add("two") { _ = c_mio_signal_deliver(2) }
      threads.add("owner") {
        var received: UInt64 = 0
        while received != 0b11, let signals = model.receive(receiver, 1) { received |= signals }
      }
      threads.run()
      model.close(receiver, 1)
    },
    Scenario("signals/receiver/a signal that arrives twice ∥ the owner receives") { threads in
      let model = SignalModel()
      let receiver = model.open(1)
      var sent = 0
      threads.add("sender") {
        for _ in 0..<2 {
          sent += 1
          _ = c_mio_signal_deliver(1)
        }
      }
      threads.add("owner") {
        var seen = 0
        while seen < 2, let signals = model.receive(receiver, 1) {
          if signals != 0 { seen = sent }
        }
      }
      threads.run()
      model.close(receiver, 1)
    },
  ]
}
