extension World {
  /// What the model knows here arrives before a call returns.
  func settle(_ operation: Operation) {}
}
