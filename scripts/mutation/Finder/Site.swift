/// A change of the text.
///
/// Edits never add a line, so each line keeps its number.
struct Edit: Encodable {
  /// The order of an edit among edits at the same offset.
  enum Position: String, Encodable {
    /// The start of a site. Outer sites come first.
    case opening
    /// The end of a site. It comes before all starts, and inner sites come first.
    case closing
  }

  let position: Position
  let offset: Int
  /// The number of bytes that are removed at the offset.
  let removed: Int
  /// `$0` is the number of the site's first mutant, `$1` of its second.
  let text: String
}

/// A mutated text of a site.
struct Mutant: Encodable {
  let kind: String
  let text: String
}

/// A place that can be mutated in one or more ways, with the edits that guard it.
struct Site: Encodable {
  let file: String
  let line: Int
  /// The offset of the first byte of the site.
  let start: Int
  let end: Int
  /// The lines of the closest function, initializer or accessor around it.
  let scope: ClosedRange<Int>
  let original: String
  let mutants: [Mutant]
  let edits: [Edit]
}
