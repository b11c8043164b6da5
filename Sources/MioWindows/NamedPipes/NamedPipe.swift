import CMioWindows
public import MioCore

/// One end of a named pipe of Windows.
///
/// A server creates an instance, and waits for its client; a client opens the name:
///
///     let server = try NamedPipe(creating: #"\\.\pipe\greetings"#)
///     try poll.registry.register(server, token: 1, interest: [.readable, .writable])
///     if try !server.connect() { … }      // an event tells when to ask again
///
///     let client = try NamedPipe(opening: #"\\.\pipe\greetings"#)
///
/// Windows tells when operations on pipes are done, and not when they are possible. So a pipe that is
/// registered for reading reads ahead, up to 16,384 bytes, and what is written is copied, so that it may
/// wait for room at the other end. `Docs/Windows.md` says what follows from that, of which the most important:
///
/// - Before it is registered for the first time, every operation would block: there is nobody who could
///   tell of its end. Nothing is lost by that.
/// - A pipe belongs for ever to the first selector that it is registered with. It can be deregistered from
///   it and registered with it again; registering it with another throws `.alreadyRegistered`. When that
///   selector is gone, what was read ahead can still be read; all else throws `.notRegistered`.
/// - A failure of a write may come later, with an event, and the next write throws it.
/// - Letting a pipe go while a write is under way closes it when the write is done, or the selector gone.
/// - Its interest is ``Interest/readable``, ``Interest/writable`` or both.
///
/// - SeeAlso: mio 1.2.2 `windows::NamedPipe`; `CreateNamedPipeW`.
public struct NamedPipe: DescriptorSource, ~Copyable, Sendable {
  let record: NamedPipeRecord
  private let registration = RegistrationState()

  private init(_ record: NamedPipeRecord) {
    self.record = record
    // From here on the state owns the record, and tells it when the pipe is let go.
    registration.add(record)
  }

  /// Lends the handle and its registration state.
  ///
  /// Do not read or write the handle: the pipe does so at any time.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Descriptor(rawValue: record.handle), registration)
  }
}

// MARK: - Creating

extension NamedPipe {
  package init(
    creating name: String, options: NamedPipeOptions, calls: any NamedPipeCalls
  ) throws(IOError) {
    let name = try NamedPipeName(name, .create)
    let system = try options.forSystem()
    let handle = unsafe name.text.withUnsafeBufferPointer { text in
      unsafe text.baseAddress.map { unsafe calls.create($0, system) } ?? 0
    }
    if -handle == C_MIO_ERROR_PIPE_BUSY {
      throw IOError(.addressInUse, operation: .create, code: Int32(-handle))
    }
    try IOError.checkWin32(handle, .create)
    try self.init(owning: handle, options.mode, calls) {
      c_mio_named_pipe_description(
        is_known: true, is_message_type: options.mode == .messages,
        reads_messages: options.mode == .messages, is_nonblocking: false, is_connected: false,
        is_synchronous: false)
    }
  }

  package init(
    opening name: String, mode: NamedPipeMode, calls: any NamedPipeCalls
  ) throws(IOError) {
    let name = try NamedPipeName(name, .open)
    let handle = unsafe name.text.withUnsafeBufferPointer { text in
      unsafe text.baseAddress.map { unsafe calls.openClient($0) } ?? 0
    }
    try IOError.checkWin32(handle, .open)
    try self.init(owning: handle, mode, calls) { () throws(IOError) in
      try calls.prepare(handle, mode, .open)
    }
  }

  package init(
    adopting descriptor: Descriptor, mode: NamedPipeMode, calls: any NamedPipeCalls
  ) throws(IOError) {
    let handle = descriptor.rawValue
    let description = try calls.prepare(handle, mode, .adopt)
    if description.is_synchronous { try IOError.raise(.invalidArgument, .adopt) }
    try IOError.checkWin32(Int(calls.keepPrivate(handle)), .adopt)
    self.init(try NamedPipeRecord(handle, description, mode, calls))
  }

  /// Closes the handle if it throws.
  private init(
    owning handle: Int, _ mode: NamedPipeMode, _ calls: any NamedPipeCalls,
    _ describe: () throws(IOError) -> c_mio_named_pipe_description
  ) throws(IOError) {
    do throws(IOError) {
      self.init(try NamedPipeRecord(handle, try describe(), mode, calls))
    } catch {
      _ = calls.close(handle)
      throw error
    }
  }
}

/// What a client opens a pipe for: the ends of a pipe that goes one way can only read, or only write, and need
/// another right to be set up, or to be asked.
private let clientAccess = [
  C_MIO_GENERIC_READ | C_MIO_GENERIC_WRITE,
  C_MIO_GENERIC_READ | C_MIO_FILE_WRITE_ATTRIBUTES,
  C_MIO_GENERIC_WRITE | C_MIO_FILE_READ_ATTRIBUTES,
]

extension NamedPipeCalls {
  /// Opens the client's end, for both directions if it can be.
  ///
  /// What is denied takes no instance, so the next can be tried.
  @unsafe
  fileprivate func openClient(_ name: UnsafePointer<UInt16>) -> Int {
    let flags =
      C_MIO_FILE_FLAG_OVERLAPPED | C_MIO_SECURITY_SQOS_PRESENT | C_MIO_SECURITY_IDENTIFICATION
    var handle = -C_MIO_ERROR_ACCESS_DENIED
    for access in clientAccess where -handle == C_MIO_ERROR_ACCESS_DENIED {
      handle = unsafe open(name, access: access, flags: flags)
    }
    return handle
  }

  /// Makes a pipe read as it is to, and wait, unless it does.
  ///
  /// A handle that can only read has not the right to be changed, and need not be; one that can only write
  /// has not the right to be asked, and is taken for what it is said to be.
  fileprivate func prepare(
    _ handle: Int, _ mode: NamedPipeMode, _ operation: IOError.Operation
  ) throws(IOError) -> c_mio_named_pipe_description {
    var description = try describe(handle, operation)
    if !description.is_known {
      description.is_message_type = mode == .messages
      description.is_connected = true
    }
    let readsMessages = description.is_known && mode == .messages
    let isReady = description.reads_messages == readsMessages && !description.is_nonblocking
    if !description.is_known || !isReady {
      try IOError.checkWin32(Int(setMode(handle, messages: readsMessages)), operation)
    }
    return description
  }

  func describe(
    _ handle: Int, _ operation: IOError.Operation
  ) throws(IOError) -> c_mio_named_pipe_description {
    var description = c_mio_named_pipe_description()
    let code = -describe(handle, &description)
    // What is said of a handle that is no pipe's.
    if code == C_MIO_ERROR_INVALID_FUNCTION {
      throw IOError(.invalidArgument, operation: operation, code: code)
    }
    try IOError.checkWin32(-Int(code), operation)
    return description
  }
}
