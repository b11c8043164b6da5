extension SystemConnections {
  /// Does nothing: on the channels that the model knows here, data arrives before the call returns.
  func settle(_ operation: Operation, _ model: Model, _ endpoints: [(any Endpoint)?]) {}
}
