public import Loom

/// The replacement for the standard library's type.
public enum AtomicLoadOrdering {
  /// The cases of the standard library's type.
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

/// The replacement for the standard library's type.
public enum AtomicStoreOrdering {
  /// The cases of the standard library's type.
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

/// The replacement for the standard library's type.
public enum AtomicUpdateOrdering {
  /// The cases of the standard library's type.
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
