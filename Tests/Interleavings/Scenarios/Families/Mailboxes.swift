import Loom
import MioCore

/// Mailboxes: no value is lost, doubled or left behind, and a value that is sent ends a wait.
func mailboxes() -> [Scenario] {
  [
    epoll.scenario("mailboxes", "two senders ∥ the owner") { threads, world in
      let poller = try world.makePoller()
      let owner = MailboxOwner(try Mailbox(reportingTo: poller.registry, token: 1))
      let sender = owner.sender
      threads.add("owner") {
        var received: [Int] = []
        while received.count < 3 {
          _ = try poller.wait()
          received += owner.receiveAll()
        }
        Loom.check(received.sorted() == [1, 2, 3], "received \(received)")
        let (first, second) = (received.firstIndex(of: 1), received.firstIndex(of: 2))
        Loom.check(first ?? 0 < second ?? 0, "one sender's values change places: \(received)")
      }
      threads.add("first") {
        try sender.send(Parcel(1))
        try sender.send(Parcel(2))
      }
      threads.add("second") { try sender.send(Parcel(3)) }
      threads.run()
      Parcel.checkRemains()
    },
    epoll.scenario("mailboxes", "two senders ∥ the mailbox goes") { threads, world in
      let poller = try world.makePoller()
      let owner = MailboxOwner(try Mailbox(reportingTo: poller.registry, token: 1))
      let sender = owner.sender
      threads.add("owner") {
        _ = owner.receiveAll()
        owner.mailbox = nil
      }
      threads.add("first") { try sender.send(Parcel(1)) }
      threads.add("second") { try sender.send(Parcel(2)) }
      threads.run()
      Parcel.checkRemains()
    },
  ]
}

/// A noncopyable value that counts the values that exist.
private struct Parcel: ~Copyable, Sendable {
  nonisolated(unsafe) private static var count = 0

  let number: Int

  init(_ number: Int) {
    self.number = number
    Parcel.count += 1
  }

  deinit { Parcel.count -= 1 }

  /// Checks that every value was destroyed once.
  static func checkRemains() {
    let remains = count
    count = 0
    Loom.check(remains == 0, "\(remains) values are left")
  }
}

/// A mailbox that the threads of a scenario can hold.
private final class MailboxOwner: @unchecked Sendable {
  var mailbox: Mailbox<Parcel>?
  let sender: Mailbox<Parcel>.Sender

  init(_ mailbox: consuming Mailbox<Parcel>) {
    sender = mailbox.sender
    self.mailbox = consume mailbox
  }

  func receiveAll() -> [Int] {
    var numbers: [Int] = []
    while let parcel = mailbox?.receive() { numbers.append(parcel.number) }
    return numbers
  }
}
