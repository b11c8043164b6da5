import CMioWindows
import MioCore

extension IOError {
  /// Creates the error of a call that failed with a Win32 code.
  ///
  /// Win32 codes are different from the codes of Winsock.
  init(win32 code: Int32, _ operation: Operation) {
    let kind: Kind? =
      switch Int(code) {
      case C_MIO_ERROR_FILE_NOT_FOUND, C_MIO_ERROR_BAD_NETPATH: .notFound
      case C_MIO_ERROR_ACCESS_DENIED: .permissionDenied
      case C_MIO_ERROR_INVALID_HANDLE: .badDescriptor
      case C_MIO_ERROR_NOT_ENOUGH_MEMORY, C_MIO_ERROR_NO_SYSTEM_RESOURCES,
        C_MIO_ERROR_COMMITMENT_LIMIT, C_MIO_ERROR_NOT_ENOUGH_QUOTA:
        .outOfMemory
      case C_MIO_ERROR_INVALID_FUNCTION, C_MIO_ERROR_NOT_SUPPORTED: .unsupported
      case C_MIO_ERROR_INVALID_PARAMETER, C_MIO_ERROR_INVALID_NAME: .invalidArgument
      case C_MIO_ERROR_BROKEN_PIPE, C_MIO_ERROR_NO_DATA, C_MIO_ERROR_BAD_PIPE: .brokenPipe
      // The network connection to the other computer failed.
      case C_MIO_ERROR_NETNAME_DELETED: .connectionReset
      case C_MIO_ERROR_SEM_TIMEOUT: .timedOut
      case C_MIO_ERROR_PIPE_NOT_CONNECTED, C_MIO_ERROR_PIPE_LISTENING: .notConnected
      case C_MIO_ERROR_PIPE_BUSY: .wouldBlock
      default: nil
      }
    if let kind {
      self.init(kind, operation: operation, code: code)
    } else {
      self.init(code: code, operation: operation)
    }
  }

  /// Throws the error of a negated Win32 code, if a call returned one.
  static func checkWin32(_ result: Int, _ operation: Operation) throws(IOError) {
    if result < 0 {
      throw IOError(win32: Int32(truncatingIfNeeded: -result), operation)
    }
  }
}
