import CLibrary

/// Runs a function with room for only so many more descriptors.
///
/// The process' limit is lowered, which is quicker than using all descriptors up.
@discardableResult
public func withDescriptorsLeft<Result>(
  _ count: Int, _ body: () throws -> Result
) rethrows -> Result {
  let open = OpenDescriptors.list()
  // The limit is about numbers, not about how many are open: count the free ones below it.
  var limit = 0
  var free = 0
  while free < count || open[Int32(limit)] != nil {
    if open[Int32(limit)] == nil { free += 1 }
    limit += 1
  }
  return try withDescriptorLimit(limit, body)
}

/// Runs a function with a limit that new descriptors' numbers stay below.
@discardableResult
public func withDescriptorLimit<Result>(
  _ limit: Int, _ body: () throws -> Result
) rethrows -> Result {
  var old = rlimit()
  unsafe getrlimit(descriptorResource, &old)
  var new = old
  new.rlim_cur = rlim_t(limit)
  unsafe setrlimit(descriptorResource, &new)
  defer { unsafe setrlimit(descriptorResource, &old) }
  return try body()
}
