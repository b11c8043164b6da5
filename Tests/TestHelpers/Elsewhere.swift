public import MioCore
public import MioNet

extension Socket where Self: ~Copyable {
  /// Returns the socket as if another library had created it.
  ///
  /// Its descriptor blocks and is inherited by other programs. It is then adopted.
  ///
  /// - Throws: ``IOError`` if adopting fails.
  public consuming func fromElsewhere() throws(IOError) -> Self {
    let descriptor = takeDescriptor()
    OpenDescriptors.clearFlags(of: descriptor.fileDescriptor)
    return try Self(adopting: descriptor)
  }
}
