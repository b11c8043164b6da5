import SwiftSyntax

extension SyntaxProtocol {
  var start: Int { positionAfterSkippingLeadingTrivia.utf8Offset }
  var end: Int { endPositionBeforeTrailingTrivia.utf8Offset }

  /// Whether this is the default value of a parameter.
  var isDefault: Bool { parent?.parent?.is(FunctionParameterSyntax.self) == true }

  /// The text of the node without comments and line breaks.
  var oneLine: String {
    tokens(viewMode: .sourceAccurate).map { token in
      let isSpaced =
        token.trailingTrivia.contains { $0.isSpace }
        || token.nextToken(viewMode: .sourceAccurate)?.leadingTrivia.contains { $0.isSpace } == true
      return token.text + (isSpaced ? " " : "")
    }.joined().trimmed
  }

  /// Whether the closest function, accessor or closure around the node is a function that returns a
  /// Boolean value.
  var isInFunctionReturningBool: Bool {
    var node = parent
    while let current = node {
      if current.is(ClosureExprSyntax.self) { return false }
      if let function = current.as(FunctionDeclSyntax.self) {
        return function.signature.returnClause?.type.trimmedDescription == "Bool"
      }
      if let binding = current.as(PatternBindingSyntax.self) {
        return binding.typeAnnotation?.type.trimmedDescription == "Bool"
      }
      node = current.parent
    }
    return false
  }
}

extension Syntax {
  /// The closest declaration with a body around the node, or the node.
  var scope: Syntax {
    var node = self
    while let parent = node.parent {
      switch parent.kind {
      case .functionDecl, .initializerDecl, .deinitializerDecl, .accessorDecl, .subscriptDecl:
        return parent
      case .variableDecl where parent.parent?.kind != .codeBlockItem:
        return parent
      default: node = parent
      }
    }
    return self
  }
}

extension ExprSyntax {
  /// The expression inside `try`, `unsafe`, `await`, `consume` and parentheses.
  var inner: ExprSyntax {
    if let node = self.as(TryExprSyntax.self) { return node.expression.inner }
    if let node = self.as(UnsafeExprSyntax.self) { return node.expression.inner }
    if let node = self.as(AwaitExprSyntax.self) { return node.expression.inner }
    return self
  }
}

extension TriviaPiece {
  fileprivate var isSpace: Bool {
    switch self {
    case .spaces, .tabs, .newlines, .carriageReturns, .carriageReturnLineFeeds: true
    default: false
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
