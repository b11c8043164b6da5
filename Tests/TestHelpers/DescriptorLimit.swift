import CLibrary

/// Runs a function while the process can open only this number of additional descriptors.
///
/// It lowers the limit of the process, which is quicker than opening all descriptors.
@discardableResult
public func withDescriptorsLeft<Result>(
  _ count: Int, _ body: () throws -> Result
) rethrows -> Result {
  let open = OpenDescriptors.list()
  // The limit concerns descriptor numbers, and not the number of open descriptors. The loop
  // therefore counts the free numbers below the limit.
  var limit = 0
  var free = 0
  while free < count || open[Int32(limit)] != nil {
    if open[Int32(limit)] == nil { free += 1 }
    limit += 1
  }
  return try withDescriptorLimit(limit, body)
}

/// Runs a function while the numbers of new descriptors must be below a limit.
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
