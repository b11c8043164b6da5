/// A selector that is itself a descriptor which another selector can watch.
public protocol PollableSelector: Selector, ~Copyable {
  /// The selector's own descriptor, readable when a wait would find something.
  var descriptor: Descriptor { get }
}
