public import Loom

/// As the standard library's.
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

/// As the standard library's.
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

/// As the standard library's.
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
