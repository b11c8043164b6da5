public import MioCore
public import MioNet

extension Socket where Self: ~Copyable {
  /// The socket, as if it came from another library: its descriptor blocks and is inherited, and then
  /// is adopted.
  ///
  /// - Throws: ``IOError``, as adopting does.
  public consuming func fromElsewhere() throws(IOError) -> Self {
    let descriptor = takeDescriptor()
    OpenDescriptors.clearFlags(of: descriptor.fileDescriptor)
    return try Self(adopting: descriptor)
  }
}
