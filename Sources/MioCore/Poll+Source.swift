// A poll can be registered with another poll: it is readable when polling it would find something.
extension Poll: DescriptorSource where S: PollableSelector & ~Copyable {
  /// Lends the selector's own descriptor, and the state of the poll as a source of another.
  ///
  /// From the first use on, a wake always goes through the kernel, so that whoever watches the
  /// descriptor sees it, and a poll that leaves nothing behind is an operation that would block.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    registry.selector.wakeHub.expose(carriedOver: inbox.count > 0)
    registry.selector.wakeHub.activate()
    return try body(registry.selector.descriptor, registration)
  }
}

// Stated by itself: a conditional conformance does not imply the one that it refines.
extension Poll: Source where S: PollableSelector & ~Copyable {}
