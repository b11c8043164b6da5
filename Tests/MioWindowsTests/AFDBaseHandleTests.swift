import CMioErrors
import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The handles of layered service providers, none of which is installed on the test machines.
struct AFDBaseHandleTests {
  let calls = ScriptedAFD()

  /// Sets the results of a handle's controls; the handle refuses all other controls.
  private func provide(_ handle: Int, _ answers: [UInt32: Int]) {
    calls.kernel.withLock { $0.providers[handle] = answers }
  }

  @Test
  func `a socket without layered providers is its own base handle`() {
    let socket = calls.open()
    #expect(calls.baseHandle(of: socket) == socket)
    #expect(calls.count(.handle) == 1)
  }

  @Test
  func `a correct provider returns the base handle itself`() {
    provide(8, [C_MIO_SIO_BASE_HANDLE: 4])
    #expect(calls.baseHandle(of: 8) == 4)
    #expect(calls.count(.handle) == 1)
  }

  @Test
  func `a handle that is not a socket is queried once`() {
    #expect(calls.baseHandle(of: 8) == -Int(C_MIO_ENOTSOCK))
    #expect(calls.count(.handle) == 1)
  }

  @Test(arguments: [
    C_MIO_SIO_BSP_HANDLE_SELECT, C_MIO_SIO_BSP_HANDLE_POLL, C_MIO_SIO_BSP_HANDLE,
  ])
  func `if a provider hides the base handle, the handle below the provider is used`(
    _ control: UInt32
  ) {
    let socket = calls.open()
    provide(8, [control: socket])
    #expect(calls.baseHandle(of: 8) == socket)
  }

  @Test
  func `of several controls, the first one that returns a different handle counts`() {
    let socket = calls.open()
    provide(
      8, [C_MIO_SIO_BSP_HANDLE_SELECT: 8, C_MIO_SIO_BSP_HANDLE_POLL: 12, C_MIO_SIO_BSP_HANDLE: 16])
    provide(12, [C_MIO_SIO_BASE_HANDLE: socket])
    #expect(calls.baseHandle(of: 8) == socket)
  }

  @Test(arguments: 1...7)
  func `the base handle is found below the maximum number of providers`(_ count: Int) {
    let socket = calls.open()
    for layer in 0..<count {
      let isLast = layer == count - 1
      provide(8 + 4 * layer, [C_MIO_SIO_BSP_HANDLE_POLL: isLast ? socket : 12 + 4 * layer])
    }
    #expect(calls.baseHandle(of: 8) == socket)
  }

  @Test
  func `a handle without a layer below it is used, although it does not return its base`() {
    provide(8, [C_MIO_SIO_BSP_HANDLE_SELECT: 12])
    provide(12, [:])
    #expect(calls.baseHandle(of: 8) == 12)
    // A handle has no layer below if its controls return the handle itself.
    provide(12, [C_MIO_SIO_BSP_HANDLE_SELECT: 12, C_MIO_SIO_BSP_HANDLE_POLL: 12])
    #expect(calls.baseHandle(of: 8) == 12)
  }

  @Test
  func `a provider that hides all handles is refused with the first error`() throws {
    provide(8, [:])
    calls.fail(.handle, with: Int32(C_MIO_EINVAL))
    #expect(calls.baseHandle(of: 8) == -Int(C_MIO_EINVAL))
    #expect(calls.count(.handle) == 4)
    let scripted = try AFDPoll(calls)
    #expect(throws: IOError(code: Int32(C_MIO_EOPNOTSUPP), operation: .register)) {
      try scripted.poll.registry.register(ScriptedSource(8), token: 1, interest: .readable)
    }
  }

  @Test(arguments: [0, 1])
  func `every handle that is not negative is accepted as a base handle`(_ base: Int) throws {
    provide(8, [C_MIO_SIO_BASE_HANDLE: base])
    #expect(calls.baseHandle(of: 8) == base)
    #expect(calls.count(.handle) == 1)
    let scripted = try AFDPoll(calls)
    let source = ScriptedSource(8)
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    try scripted.poll.registry.deregister(source)
    provide(8, [C_MIO_SIO_BSP_HANDLE_SELECT: 12])
    provide(12, [C_MIO_SIO_BASE_HANDLE: base])
    #expect(calls.baseHandle(of: 8) == base)
    provide(8, [C_MIO_SIO_BSP_HANDLE_SELECT: base])
    provide(base, [C_MIO_SIO_BASE_HANDLE: 16])
    #expect(calls.baseHandle(of: 8) == 16)
  }

  @Test
  func `a query of the base handle fails with the smallest error code too`() throws {
    provide(8, [:])
    calls.fail(.handle, with: 1)
    let scripted = try AFDPoll(calls)
    #expect(throws: IOError(code: 1, operation: .register)) {
      try scripted.poll.registry.register(ScriptedSource(8), token: 1, interest: .readable)
    }
    #expect(calls.count(.handle) == 4)
    // After the failure of any of the three queries, the next query follows.
    let unknown = Int32(C_MIO_EOPNOTSUPP)
    provide(8, [C_MIO_SIO_BSP_HANDLE_SELECT: 12, C_MIO_SIO_BSP_HANDLE_POLL: 12])
    provide(12, [:])
    calls.fail(.handle, with: unknown, 0, 1)
    #expect(calls.baseHandle(of: 8) == 12)
    provide(12, [C_MIO_SIO_BASE_HANDLE: 16])
    calls.fail(.handle, with: unknown, 1)
    #expect(calls.baseHandle(of: 8) == 16)
  }

  @Test(arguments: [2, 3])
  func `providers that form a cycle are refused`(_ length: Int) {
    for layer in 0..<length {
      provide(8 + 4 * layer, [C_MIO_SIO_BSP_HANDLE: 8 + 4 * ((layer + 1) % length)])
    }
    #expect(calls.baseHandle(of: 8) == -Int(C_MIO_EOPNOTSUPP))
    // The first query, and then one base handle and three controls for each possible layer.
    #expect(calls.count(.handle) == 1 + 4 * 7)
  }

  @Test
  func `polls are submitted for the base handle`() throws {
    var scripted = try AFDPoll(calls)
    let socket = calls.open(C_MIO_AFD_RECEIVE)
    provide(8, [C_MIO_SIO_BSP_HANDLE_POLL: socket])
    let source = ScriptedSource(8)
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
    #expect(try scripted.next() == [])
    #expect(calls.asked(socket).count == 1)
  }
}
