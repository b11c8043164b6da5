/// A selector with a descriptor that another selector can watch.
public protocol PollableSelector: Selector, ~Copyable {
  /// The selector's own descriptor, which is readable if a wait would return records.
  var descriptor: Descriptor { get }
}
