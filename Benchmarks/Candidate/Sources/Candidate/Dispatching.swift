import CHarness
import Glibc
import MioCore
import MioEpoll

/// The state that the calls of the harness share.
///
/// It is accessed through a pointer. Each access to a global variable would be checked for
/// exclusivity, but a program keeps its poll in a local variable, which is not checked.
@safe
struct Loop: ~Copyable {
  var poll: Poll<EpollSelector>
  var events: Events<EpollSelector>
  let sources: UnsafeMutablePointer<BorrowedDescriptor>

  static func make(sources count: Int, capacity: Int) -> UnsafeMutablePointer<Loop> {
    let loop = UnsafeMutablePointer<Loop>.allocate(capacity: 1)
    do throws(IOError) {
      unsafe loop.initialize(
        to: Loop(
          poll: try Poll(), events: try Events(capacity: capacity),
          sources: .allocate(capacity: count)))
    } catch {
      fail(error)
    }
    return unsafe loop
  }
}

/// A loop that another thread wakes.
struct WakeLoop: ~Copyable {
  var poll: Poll<EpollSelector>
  var events: Events<EpollSelector>
  let waker: PollWaker

  static func make() -> UnsafeMutablePointer<WakeLoop> {
    let loop = UnsafeMutablePointer<WakeLoop>.allocate(capacity: 1)
    do throws(IOError) {
      let poll = try Poll<EpollSelector>()
      let waker = try poll.registry.makeWaker(token: 7)
      unsafe loop.initialize(
        to: WakeLoop(poll: poll, events: try Events(capacity: 16), waker: waker))
    } catch {
      fail(error)
    }
    return unsafe loop
  }
}

func fail(_ error: IOError) -> Never {
  print(error)
  exit(1)
}

// Safety: px_open and px_wk_open write these variables before any thread starts. The initial values
// are constants, because Swift creates other initial values lazily, with a check at each use.
nonisolated(unsafe) private var current: UnsafeMutablePointer<Loop>?
nonisolated(unsafe) private var wakeLoops:
  (UnsafeMutablePointer<WakeLoop>?, UnsafeMutablePointer<WakeLoop>?) = (nil, nil)

private var loop: UnsafeMutablePointer<Loop> { unsafe current.unsafelyUnwrapped }

@c public func px_caps() -> Int32 { 255 }

@c public func px_open(_ count: Int32, _ capacity: Int32) {
  unsafe current = Loop.make(sources: Int(max(count, 1)), capacity: Int(capacity))
}

@c public func px_add(_ index: Int32, _ descriptor: Int32, _ drains: Int32) {
  let index = Int(index)
  unsafe (loop.pointee.sources + index).initialize(
    to: BorrowedDescriptor(Descriptor(descriptor)))
  do throws(IOError) {
    unsafe try loop.pointee.poll.registry.register(
      loop.pointee.sources[index], token: Token(UInt(index)), interest: .readable)
  } catch {
    fail(error)
  }
}

@c public func px_mod(_ index: Int32, _ descriptor: Int32, _ writes: Int32) {
  let index = Int(index)
  do throws(IOError) {
    unsafe try loop.pointee.poll.registry.reregister(
      loop.pointee.sources[index], token: Token(UInt(index)),
      interest: writes == 1 ? [.readable, .writable] : .readable)
  } catch {
    fail(error)
  }
}

@c public func px_del(_ index: Int32, _ descriptor: Int32) {
  do throws(IOError) {
    unsafe try loop.pointee.poll.registry.deregister(loop.pointee.sources[Int(index)])
  } catch {
    fail(error)
  }
}

@c public func px_flush() {}

@c public func px_poll(_ milliseconds: Int32, _ drains: Int32) -> Int {
  unsafe turn(&loop.pointee, milliseconds, drains != 0)
}

@inline(__always)
private func turn(_ loop: inout Loop, _ milliseconds: Int32, _ drains: Bool) -> Int {
  do throws(IOError) {
    if milliseconds < 0 {
      try loop.poll.poll(into: &loop.events)
    } else {
      try loop.poll.poll(into: &loop.events, timeout: .milliseconds(milliseconds))
    }
  } catch {
    fail(error)
  }
  return unsafe count(loop.events, drains ? loop.sources : nil)
}

@inline(__always)
private func count(
  _ events: Events<EpollSelector>, _ sources: UnsafeMutablePointer<BorrowedDescriptor>?
) -> Int {
  var readable = 0
  var tokens: UInt64 = 0
  for event in events {
    tokens &+= UInt64(event.token.rawValue)
    guard event.isReadable else { continue }
    readable &+= 1
    if let sources = unsafe sources { unsafe drain(sources[Int(event.token.rawValue)]) }
  }
  mb_add(tokens)
  return readable
}

private func drain(_ source: borrowing BorrowedDescriptor) {
  let count = source.withIO(.readable) { descriptor -> Int? in
    var value: UInt64 = 0
    return unsafe read(descriptor.fileDescriptor, &value, 8)
  }
  precondition(count == 8)
}

@c public func px_wk_open(_ id: Int32) {
  let loop = unsafe WakeLoop.make()
  if id == 0 { unsafe wakeLoops.0 = loop } else { unsafe wakeLoops.1 = loop }
}

private func wakeLoop(_ id: Int32) -> UnsafeMutablePointer<WakeLoop> {
  unsafe (id == 0 ? wakeLoops.0 : wakeLoops.1).unsafelyUnwrapped
}

@c public func px_wk_wake(_ id: Int32) {
  do throws(IOError) {
    unsafe try wake(wakeLoop(id).pointee.waker)
  } catch {
    fail(error)
  }
}

private func wake(_ waker: borrowing PollWaker) throws(IOError) {
  try waker.wake()
}

@c public func px_wk_wait(_ id: Int32) {
  repeat {
    do throws(IOError) {
      let loop = unsafe wakeLoop(id)
      unsafe try loop.pointee.poll.poll(into: &loop.pointee.events)
    } catch {
      fail(error)
    }
  } while unsafe wakeLoop(id).pointee.events.isEmpty
}
