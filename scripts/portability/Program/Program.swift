import MioCore
import MioPoll

#if MIO_KQUEUE_CALLS
import MioKqueue
#endif

/// Uses each feature that differs by system once: it has to link everywhere, and to work where it
/// runs.
///
/// It prints a line for each part that works, and traps at the first failure.
@main
enum Program {
  static func main() {
    do throws(IOError) {
      try echoOverTCP(PollSelector.self)
      print("poll(2) and TCP work")
      #if MIO_KQUEUE_CALLS
      try echoOverTCP(KqueueSelector.self)
      print("kqueue and TCP work")
      #endif
      try setOptions()
      print("options work")
      try exchangeDatagrams()
      print("datagrams work")
      try passDescriptor()
      print("Unix sockets work")
      try useAddresses()
      print("addresses work")
      try usePipe()
      print("pipes work")
    } catch {
      stop("an operation failed with the code", Int(error.code))
    }
    print("everything works")
  }
}

func check(_ condition: Bool, file: StaticString = #file, line: Int = #line) {
  if !condition { stop(file, line) }
}

// Embedded Swift prints literals only.
private func stop(_ what: StaticString, _ number: Int) -> Never {
  let digits: [StaticString] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
  print(what, terminator: ": ")
  for digit in String(number).utf8 { print(digits[Int(digit) - 0x30], terminator: "") }
  print("")
  fatalError()
}

/// Repeats an operation until it would not block, and polls before each repetition.
func retry<S: Selector & ~Copyable, Result: ~Copyable>(
  _ poll: inout Poll<S>, _ events: inout Events<S>,
  _ operation: () throws(IOError) -> Result?
) throws(IOError) -> Result {
  for _ in 0..<10 {
    if let result = try operation() { return result }
    try poll.poll(into: &events, timeout: .seconds(1))
  }
  stop("still blocks after polls", events.count)
}
