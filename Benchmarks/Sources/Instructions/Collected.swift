import CRawEpoll
import MioCore
import MioEpoll
import MioNet

// callgrind collects these functions by their names. Each receives its state as parameters, as if
// the state were in local variables of the caller. Values that a compiler could fold come from the
// command line.

/// Adds up the tokens of the readable events.
@inline(__always)
private func add(_ events: Events<EpollSelector>, to sum: inout UInt64) {
  var tokens: UInt64 = 0
  for event in events where event.isReadable { tokens &+= UInt64(event.token.rawValue) }
  sum &+= tokens
}

@inline(never)
func collectedPoll(
  _ poll: inout Poll<EpollSelector>, _ events: inout Events<EpollSelector>,
  _ sum: inout UInt64
) throws(IOError) {
  try poll.poll(into: &events)
  add(events, to: &sum)
}

@inline(never)
func collectedTimedPoll(
  _ poll: inout Poll<EpollSelector>, _ events: inout Events<EpollSelector>, _ timeout: Duration,
  _ sum: inout UInt64
) throws(IOError) {
  try poll.poll(into: &events, timeout: timeout)
  add(events, to: &sum)
}

@inline(never)
func collectedHandlerPoll(
  _ poll: inout Poll<EpollSelector>, _ events: inout Events<EpollSelector>,
  _ sum: inout UInt64
) throws(IOError) {
  try poll.poll(into: &events)
  for event in events {
    handle(event, &sum)
  }
}

@inline(never)
private func handle(_ event: Event, _ sum: inout UInt64) {
  if event.isReadable { sum &+= UInt64(event.token.rawValue) }
}

@inline(never)
func collectedSelectorRegister(
  _ selector: borrowing EpollSelector, _ descriptor: Descriptor,
  state: borrowing RegistrationState, _ token: Token
) throws(IOError) {
  try selector.register(descriptor, state: state, token: token, interest: .readable, mode: .edge)
}

@inline(never)
func collectedSelectorReregister(
  _ selector: borrowing EpollSelector, _ descriptor: Descriptor,
  state: borrowing RegistrationState, _ token: Token
) throws(IOError) {
  try selector.reregister(descriptor, state: state, token: token, interest: .readable, mode: .edge)
}

@inline(never)
func collectedSelectorDeregister(
  _ selector: borrowing EpollSelector, _ descriptor: Descriptor,
  state: borrowing RegistrationState
) throws(IOError) {
  try selector.deregister(descriptor, state: state)
}

@inline(never)
func collectedSourceRegister(
  _ registry: borrowing Registry<EpollSelector>, _ source: borrowing BorrowedDescriptor,
  _ token: Token
) throws(IOError) {
  try registry.register(source, token: token, interest: .readable)
}

@inline(never)
func collectedSourceReregister(
  _ registry: borrowing Registry<EpollSelector>, _ source: borrowing BorrowedDescriptor,
  _ token: Token
) throws(IOError) {
  try registry.reregister(source, token: token, interest: .readable)
}

@inline(never)
func collectedSourceDeregister(
  _ registry: borrowing Registry<EpollSelector>, _ source: borrowing BorrowedDescriptor
) throws(IOError) {
  try registry.deregister(source)
}

@inline(never)
func collectedStreamRegister(
  _ registry: borrowing Registry<EpollSelector>, _ source: borrowing TCPStream, _ token: Token
) throws(IOError) {
  try registry.register(source, token: token, interest: [.readable, .writable])
}

@inline(never)
func collectedStreamReregister(
  _ registry: borrowing Registry<EpollSelector>, _ source: borrowing TCPStream, _ token: Token
) throws(IOError) {
  try registry.reregister(source, token: token, interest: [.readable, .writable])
}

@inline(never)
func collectedStreamDeregister(
  _ registry: borrowing Registry<EpollSelector>, _ source: borrowing TCPStream
) throws(IOError) {
  try registry.deregister(source)
}

@inline(never)
func collectedWake(_ waker: borrowing PollWaker) throws(IOError) {
  try waker.wake()
}

/// Runs an echo server until its last connection ends.
///
/// It uses positions, because an iterator would retain the buffer.
@inline(never)
func collectedEcho(
  _ poll: consuming Poll<EpollSelector>, _ connections: consuming TokenTable<TCPStream>,
  _ bytes: UnsafeMutableRawPointer, _ capacity: Int
) throws(IOError) {
  var events = try Events<EpollSelector>(capacity: 64)
  while true {
    try poll.poll(into: &events)
    for position in events.indices where events[position].isReadable {
      let token = events[position].token
      let isOver = try connections.withValue(for: token) { stream throws(IOError) in
        unsafe try echo(stream, bytes, capacity)
      }
      if isOver == true {
        _ = connections.remove(token)
        if connections.isEmpty { return }
      }
    }
  }
}

/// Sends back the received data, to a client that reads before it sends more.
///
/// Returns whether the stream has ended.
@inline(__always)
private func echo(
  _ stream: borrowing TCPStream, _ bytes: UnsafeMutableRawPointer, _ capacity: Int
) throws(IOError) -> Bool {
  let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: capacity)
  while let count = unsafe try stream.read(into: room) {
    let message = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
    guard count > 0, unsafe try stream.write(message) == count else { return true }
    // A short read has emptied the stream. The client ends later, so its end is a new edge.
    if count < capacity { break }
  }
  return false
}
