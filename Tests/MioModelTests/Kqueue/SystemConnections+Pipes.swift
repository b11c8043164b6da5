import MioCore

extension SystemConnections {
  /// Pipes have the size that the system gives them.
  func makeSmall(_ pipe: Descriptor) {}

  /// The model knows Linux' FIFOs only.
  func openFIFO(isLasting: Bool) throws(IOError) -> (any Endpoint, any Endpoint) {
    throw IOError(.unsupported, operation: .create)
  }

  /// The model knows Linux' FIFOs only.
  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint {
    throw IOError(.unsupported, operation: .create)
  }
}
