import CMioWindows
public import MioCore

/// One end of a named pipe of Windows.
///
/// A server creates an instance and waits for its client. A client opens the name:
///
///     let server = try NamedPipe(creating: #"\\.\pipe\greetings"#)
///     try poll.registry.register(server, token: 1, interest: [.readable, .writable])
///     if try !server.connect() { … }      // an event reports when to call it again
///
///     let client = try NamedPipe(opening: #"\\.\pipe\greetings"#)
///
/// Windows reports the completion of operations on pipes, not their readiness. A pipe that is
/// registered for reading therefore reads ahead, up to 16,384 bytes. Written bytes are copied, so
/// that the copy can wait for space at the other end. `Docs/Windows.md` describes the consequences.
/// The most important ones are:
///
/// - Before the first registration every operation would block, because no port could report its
///   completion. No bytes are lost.
/// - A pipe belongs permanently to the first selector with which it is registered. It can be
///   deregistered from this selector and registered with it again. Registering it with another
///   selector throws `.alreadyRegistered`. If the selector no longer exists, bytes that were read
///   ahead can still be read; every other operation throws `.notRegistered`.
/// - A write may fail later. Then there is an event, and the next write throws the failure.
/// - If a pipe is released while a write is in progress, its handle is closed when the write ends
///   or when the selector no longer exists.
/// - Its interest is ``Interest/readable``, ``Interest/writable`` or both.
///
/// - SeeAlso: mio 1.2.2 `windows::NamedPipe`; `CreateNamedPipeW`.
public struct NamedPipe: DescriptorSource, ~Copyable, Sendable {
  let record: NamedPipeRecord
  private let registration = RegistrationState()

  private init(_ record: NamedPipeRecord) {
    self.record = record
    // The state owns the record, and notifies it when the pipe is released.
    registration.add(record)
  }

  /// Passes the handle and its registration state to `body`.
  ///
  /// Do not read from the handle or write to it: the pipe itself does so at any time.
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
    let handle = unsafe calls.create(name.text, system)
    if -handle == C_MIO_ERROR_PIPE_BUSY {
      throw IOError(.addressInUse, operation: .create, code: Int32(-handle))
    }
    try IOError.checkWin32(handle, .create)
    try self.init(owning: handle, options.mode, calls) {
      var description = c_mio_named_pipe_description()
      description.is_message_type = options.mode == .messages
      return description
    }
  }

  package init(
    opening name: String, mode: NamedPipeMode, calls: any NamedPipeCalls
  ) throws(IOError) {
    let name = try NamedPipeName(name, .open)
    let handle = unsafe calls.openClient(name.text)
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

  /// Takes ownership of a handle, and closes it if the initializer throws.
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

/// The access rights with which a client opens a pipe.
///
/// The client's end of a pipe with one direction can only read, or only write. It then needs
/// another right to set the state of the pipe, or to query it.
private let clientAccess = [
  C_MIO_GENERIC_READ | C_MIO_GENERIC_WRITE,
  C_MIO_GENERIC_READ | C_MIO_FILE_WRITE_ATTRIBUTES,
  C_MIO_GENERIC_WRITE | C_MIO_FILE_READ_ATTRIBUTES,
]

extension NamedPipeCalls {
  /// Opens the client's end, for both directions if the pipe allows it.
  ///
  /// A denied attempt does not use up an instance, so the next rights can be tried.
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

  /// Sets the read mode and the waiting mode of a pipe, unless it has them already.
  ///
  /// A handle that can only read does not have the right to change the mode, and usually need not
  /// change it. A handle that can only write does not have the right to be queried, so it is
  /// assumed to have the given mode.
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
    // The system returns this code for a handle that is not a pipe.
    if code == C_MIO_ERROR_INVALID_FUNCTION {
      throw IOError(.invalidArgument, operation: operation, code: code)
    }
    try IOError.checkWin32(-Int(code), operation)
    return description
  }
}
