@testable import MioCore
import Synchronization

extension DescriptorSource where Self: ~Copyable {
  /// The number of records that selectors have added to the source.
  var recordCount: Int {
    withRegistration { _, registration in
      var count = 0
      unsafe registration.records.load(ordering: .acquiring)?._withUnsafeGuaranteedRef { records in
        records.forEach { _ in count += 1 }
      }
      return count
    }
  }
}
