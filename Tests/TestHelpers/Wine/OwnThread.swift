/// Runs an operation where it is: all tasks have one thread, which Wine knows.
func onOwnThread(_ operation: () async throws -> Void) async rethrows {
  try await operation()
}
