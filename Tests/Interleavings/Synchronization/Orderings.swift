public import Loom

/// The orderings of loads, as in the standard library.
public enum AtomicLoadOrdering {
  /// As the standard library's.
  case relaxed, acquiring, sequentiallyConsistent

  @inlinable
  var order: MemoryOrder {
    switch self {
    case .relaxed: MemoryOrder()
    case .acquiring: MemoryOrder(acquires: true)
    case .sequentiallyConsistent: MemoryOrder(acquires: true, isSequential: true)
    }
  }
}

/// The orderings of stores, as in the standard library.
public enum AtomicStoreOrdering {
  /// As the standard library's.
  case relaxed, releasing, sequentiallyConsistent

  @inlinable
  var order: MemoryOrder {
    switch self {
    case .relaxed: MemoryOrder()
    case .releasing: MemoryOrder(releases: true)
    case .sequentiallyConsistent: MemoryOrder(releases: true, isSequential: true)
    }
  }
}

/// The orderings of updates, as in the standard library.
public enum AtomicUpdateOrdering {
  /// As the standard library's.
  case relaxed, acquiring, releasing, acquiringAndReleasing, sequentiallyConsistent

  @inlinable
  var order: MemoryOrder {
    switch self {
    case .relaxed: MemoryOrder()
    case .acquiring: MemoryOrder(acquires: true)
    case .releasing: MemoryOrder(releases: true)
    case .acquiringAndReleasing: MemoryOrder(acquires: true, releases: true)
    case .sequentiallyConsistent:
      MemoryOrder(acquires: true, releases: true, isSequential: true)
    }
  }
}
