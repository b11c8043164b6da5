extension SystemConnections {
  /// What the model knows here arrives before a call returns.
  func settle(_ operation: Operation, _ model: Model, _ endpoints: [(any Endpoint)?]) {}
}
