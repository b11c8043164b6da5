// Replaces the Dispatch module of other systems. It contains only the declarations that the tests
// use.
public final class DispatchQueue: Sendable {
  public init(label: String) {}
  public func async(execute work: @escaping @Sendable @convention(block) () -> Void) {}
}
