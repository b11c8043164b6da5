/// Runs an operation on the calling thread, because all tasks run on one thread, which Wine knows.
func onOwnThread(_ operation: () async throws -> Void) async rethrows {
  try await operation()
}
