import MioCore

extension SystemConnections {
  /// Does nothing: a pipe keeps the capacity that the system gives it.
  func makeSmall(_ pipe: Descriptor) {}

  /// The model knows only the FIFOs of Linux.
  func openFIFO(isLasting: Bool) throws(IOError) -> (any Endpoint, any Endpoint) {
    throw IOError(.unsupported, operation: .create)
  }

  /// The model knows only the FIFOs of Linux.
  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint {
    throw IOError(.unsupported, operation: .create)
  }
}
