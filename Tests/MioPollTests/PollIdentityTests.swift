import CLibrary
import CMioPoll
import MioCore
import MioNet
import MioPoll
import TestHelpers
import Testing

/// The open file of a descriptor number, and the files that cannot be watched, on every system.
@Suite(.guardingDescriptors)
struct PollIdentityTests {
  @Test
  func `a file that was deregistered while its number was closed can be registered again`() throws {
    try checkGivenUp(Poll<PollSelector>())
    try checkGivenUp(Poll<PollBackend<WitnesslessPollCalls>>())
  }

  private func checkGivenUp<S: Selector & ~Copyable>(_ made: consuming Poll<S>) throws {
    var poll = made
    let ends = try openPipe()
    let twin = dup(ends[1])
    defer { for end in [ends[0], ends[1], twin] { close(end) } }
    let source = BorrowedDescriptor(Descriptor(ends[1]))
    try poll.registry.register(source, token: 1, interest: .writable)
    // The number is free for a moment, while the file stays open. No call can then remove the file.
    close(ends[1])
    try poll.registry.deregister(source)
    #expect(dup2(twin, ends[1]) == ends[1])
    try poll.registry.register(source, token: 2, interest: .writable)
    #expect(try poll.events().map(\.token) == [2])
    try poll.registry.deregister(source)
  }

  @Test
  func `a descriptor number that was closed and opened again can be registered`() throws {
    try checkReusedNumber(Poll<PollSelector>())
    try checkReusedNumber(Poll<PollBackend<WitnesslessPollCalls>>())
  }

  @Test
  func `without epoll, regular files and directories are refused`() throws {
    let poll = try Poll<PollBackend<WitnesslessPollCalls>>()
    for path in ["/etc/passwd", "/etc"] {
      let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
      defer { close(file) }
      let source = BorrowedDescriptor(Descriptor(file))
      #expect(throws: IOError(code: EPERM, operation: .register)) {
        try poll.registry.register(source, token: 1, interest: .readable)
      }
    }
  }
}
