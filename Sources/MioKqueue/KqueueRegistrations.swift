/// The registrations, by descriptor.
///
/// The kernel has the same information, but it cannot be queried.
struct KqueueRegistrations {
  private var registrations: [KqueueRegistration?] = []

  /// The writers without a reader that the selector has to report, because the kernel does not.
  ///
  /// The notifier is signaled as long as there are any.
  private var unreported: [Int32] = []

  /// Returns or sets the registration of a descriptor.
  ///
  /// Registrations of negative descriptors are not stored, because no kernel accepts them.
  subscript(descriptor: Int32) -> KqueueRegistration? {
    get {
      registrations.indices.contains(Int(descriptor)) ? registrations[Int(descriptor)] : nil
    }
    set {
      let position = Int(descriptor)
      guard position >= 0 else { return }
      unreported.removeAll { $0 == descriptor }
      while registrations.count <= position { registrations.append(nil) }
      registrations[position] = newValue
      if newValue?.isWithoutReader == true { report(descriptor) }
    }
  }

  /// Adds a writer without a reader to the list of writers to report.
  mutating func report(_ descriptor: Int32) {
    unreported.append(descriptor)
  }

  /// Removes and returns the writer without a reader that has waited longest to be reported.
  mutating func takeUnreported() -> Int32? {
    unreported.isEmpty ? nil : unreported.removeFirst()
  }

  var hasUnreported: Bool { !unreported.isEmpty }

  /// Marks a one-shot registration as reported, and returns whether it was not reported before.
  mutating func disarm(_ descriptor: Int32) -> Bool {
    guard self[descriptor]?.isArmed == true else { return false }
    registrations[Int(descriptor)]?.isArmed = false
    return true
  }
}
