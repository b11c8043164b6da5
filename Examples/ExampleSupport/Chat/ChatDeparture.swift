/// The reason why a guest leaves a chat, in the words that the other guests see.
@usableFromInline
enum ChatDeparture: String {
  /// The guest closed its connection, or the connection failed.
  case end = "left"
  /// Too many bytes are pending for the guest.
  case slowness = "was disconnected: it reads too slowly"
  /// The guest sent a line that is too long.
  case longLine = "was disconnected: its line is too long"
}
