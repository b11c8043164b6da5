import CLibrary
import MioCore
import Testing

struct IOErrorTests {
  @Test(arguments: [
    (EINTR, IOError.Kind.interrupted), (EAGAIN, .wouldBlock), (EINVAL, .invalidArgument),
    (EBADF, .badDescriptor), (EPERM, .permissionDenied), (EACCES, .permissionDenied),
    (EMFILE, .tooManyOpenFiles), (ENFILE, .tooManyOpenFiles), (ENOMEM, .outOfMemory),
    (ENOBUFS, .outOfMemory), (ENOSPC, .outOfMemory), (EEXIST, .alreadyExists),
    (ENOENT, .notFound), (ENODEV, .notFound), (ENXIO, .notFound),
    (ENAMETOOLONG, .nameTooLong), (EPIPE, .brokenPipe),
    (ENOSYS, .unsupported), (EOPNOTSUPP, .unsupported), (ENOPROTOOPT, .unsupported),
    (EPROTONOSUPPORT, .unsupported), (ENOTSOCK, .notSocket), (EADDRINUSE, .addressInUse),
    (EADDRNOTAVAIL, .addressNotAvailable), (EAFNOSUPPORT, .addressFamilyNotSupported),
    (EDESTADDRREQ, .destinationRequired), (EMSGSIZE, .messageTooLong),
    (ECONNREFUSED, .connectionRefused), (ECONNRESET, .connectionReset),
    (ECONNABORTED, .connectionAborted), (EISCONN, .alreadyConnected), (ENOTCONN, .notConnected),
    (EINPROGRESS, .inProgress), (EALREADY, .inProgress), (ETIMEDOUT, .timedOut),
    (ENETDOWN, .networkDown), (ENETUNREACH, .networkUnreachable),
    (EHOSTUNREACH, .hostUnreachable), (EHOSTDOWN, .hostUnreachable), (ENOTSUP, .unsupported),
    (ESOCKTNOSUPPORT, .unsupported), (ETOOMANYREFS, .outOfMemory),
    (ENOTDIR, .notFound), (EROFS, .permissionDenied), (ELOOP, .invalidArgument),
    (ENETRESET, .connectionReset), (EXDEV, .other), (0, .other),
    (-1, .other),
    (Int32.max, .other),
  ])
  func `an error keeps its system code and derives its kind from it`(
    _ code: Int32, _ kind: IOError.Kind
  ) {
    let error = IOError(code: code, operation: .read)
    #expect(error.kind == kind && error.code == code && error.operation == .read)
  }

  @Test
  func `the description of an error contains the operation, the kind and the code`() {
    let error = IOError(code: ECONNREFUSED, operation: .connect)
    #expect(error.description == "connect: connection refused (code \(ECONNREFUSED))")
    #expect(
      IOError(.notRegistered, operation: .deregister).description == "deregister: not registered")
  }

  @Test
  func `a program can define its own operations`() {
    let handshake = IOError.Operation(rawValue: 0x8000)
    let error = IOError(.timedOut, operation: handshake)
    #expect(error.operation == handshake)
    #expect(error.operation != .connect)
    #expect(error.description == "operation 32768: timed out")
  }

  @Test
  func `the numbers of operations do not change, because programs may store them`() {
    let operations: [IOError.Operation] = [
      .createSelector, .createEvents, .createWaker, .duplicate, .register, .reregister, .deregister,
      .poll, .wake, .createAddress, .create, .createBuffer, .append, .adopt, .bind, .listen,
      .accept,
      .connect, .read, .write, .receive, .send, .shutdown, .getOption, .setOption, .joinGroup,
      .leaveGroup, .localAddress, .peerAddress, .peerCredentials, .open, .disconnect, .close,
      .findInterface,
    ]
    #expect(operations.map(\.rawValue) == Array(0..<34))
    #expect(Set(operations.map(\.description)).count == operations.count)
  }

  @Test
  func `an error is a small and trivial value`() {
    #expect(MemoryLayout<IOError>.size <= 8)
  }

  @Test
  func `a negative result of a shim is thrown, and any other result is returned`() throws {
    #expect(try IOError.check(7, .bind) == 7)
    #expect(throws: IOError(code: EADDRINUSE, operation: .bind)) {
      try IOError.check(-EADDRINUSE, .bind)
    }
  }
}
