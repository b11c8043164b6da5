import SwiftSyntax

/// Walks through a file, from the outside in, and collects its sites.
final class Finder: SyntaxVisitor {
  private(set) var sites: [Site] = []
  private let path: String
  private let lines: SourceLocationConverter

  private let defined: Set<String>

  /// Creates a finder for a file in which some conditions of `#if` hold.
  init(path: String, tree: Syntax, defined: Set<String>) {
    self.path = path
    self.defined = defined
    lines = SourceLocationConverter(fileName: path, tree: tree)
    super.init(viewMode: .sourceAccurate)
  }

  /// Adds a site whose text is the node's.
  func add(_ node: some SyntaxProtocol, _ mutants: [Mutant], _ edits: [Edit]) {
    let scope = Syntax(node).scope
    let first = line(scope.positionAfterSkippingLeadingTrivia)
    sites.append(
      Site(
        file: path, line: line(node.positionAfterSkippingLeadingTrivia), start: node.start,
        end: node.end, scope: first...line(scope.endPositionBeforeTrailingTrivia),
        original: node.oneLine, mutants: mutants, edits: edits))
  }

  private func line(_ position: AbsolutePosition) -> Int { lines.location(for: position).line }

  /// Adds a site that is an argument of a function: `function(number, node)`.
  func wrap(_ node: some SyntaxProtocol, in function: String, _ mutants: [Mutant]) {
    add(
      node, mutants,
      [.open(node.start, "\(function)($0, "), .close(node.end, ")")])
  }

  // MARK: - Nodes without sites

  // Types, patterns and attributes contain no expression that may be replaced.
  override func visit(_ node: AttributeSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: GenericArgumentClauseSyntax) -> SyntaxVisitorContinueKind {
    .skipChildren
  }
  override func visit(_ node: SwitchCaseItemSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: EnumCaseDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: AvailabilityConditionSyntax) -> SyntaxVisitorContinueKind {
    .skipChildren
  }
  override func visit(_ node: MacroExpansionExprSyntax) -> SyntaxVisitorContinueKind {
    .skipChildren
  }
  override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    .skipChildren
  }
  // A failed precondition is a mistake of the caller.
  override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
    let name = node.calledExpression.trimmedDescription
    if ["precondition", "assert", "preconditionFailure", "fatalError"].contains(name) {
      return .skipChildren
    }
    visitCall(node)
    return .visitChildren
  }

  /// Only code that is compiled here has sites.
  override func visit(_ node: IfConfigClauseSyntax) -> SyntaxVisitorContinueKind {
    if let condition = node.condition, defined.contains(condition.trimmedDescription),
      let elements = node.elements
    {
      walk(elements)
    }
    return .skipChildren
  }

  // MARK: - Expressions

  override func visit(_ node: InfixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    visitInfix(node)
    return .visitChildren
  }
  override func visit(_ node: PrefixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    visitPrefix(node)
  }
  override func visit(_ node: IntegerLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    visitInteger(node)
    return .skipChildren
  }
  override func visit(_ node: BooleanLiteralExprSyntax) -> SyntaxVisitorContinueKind {
    let kind = node.isDefault ? "default" : "boolean"
    wrap(node, in: "_flip", [Mutant(kind: kind, text: "!\(node.oneLine)")])
    return .skipChildren
  }
  override func visit(_ node: TernaryExprSyntax) -> SyntaxVisitorContinueKind {
    force(node.condition, .both)
    return .visitChildren
  }
  override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
    visitMember(node)
    return .visitChildren
  }

  // MARK: - Conditions

  override func visit(_ node: ConditionElementSyntax) -> SyntaxVisitorContinueKind {
    visitCondition(node)
    return .visitChildren
  }
  override func visit(_ node: RepeatStmtSyntax) -> SyntaxVisitorContinueKind {
    force(node.condition, .onlyFalse)
    return .visitChildren
  }
  override func visit(_ node: WhereClauseSyntax) -> SyntaxVisitorContinueKind {
    force(node.condition, .both)
    return .visitChildren
  }

  // MARK: - Statements

  override func visit(_ node: CodeBlockItemSyntax) -> SyntaxVisitorContinueKind {
    visitStatement(node)
    return .visitChildren
  }
  override func visit(_ node: DeferStmtSyntax) -> SyntaxVisitorContinueKind {
    visitDefer(node)
    return .visitChildren
  }
  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
    visitBody(node.body, returning: node.signature.returnClause?.type)
    return .visitChildren
  }
  override func visit(_ node: DeinitializerDeclSyntax) -> SyntaxVisitorContinueKind {
    visitBody(node.body, returning: nil)
    return .visitChildren
  }
  override func visit(_ node: AccessorDeclSyntax) -> SyntaxVisitorContinueKind {
    if node.accessorSpecifier.text == "set" { visitBody(node.body, returning: nil) }
    return .visitChildren
  }
  override func visit(_ node: PatternBindingSyntax) -> SyntaxVisitorContinueKind {
    if case .getter(let items)? = node.accessorBlock?.accessors,
      node.typeAnnotation?.type.trimmedDescription == "Bool"
    {
      negateResult(items)
    }
    return .visitChildren
  }
  override func visit(_ node: ReturnStmtSyntax) -> SyntaxVisitorContinueKind {
    if let expression = node.expression, node.isInFunctionReturningBool { negate(expression) }
    return .visitChildren
  }
}

extension Edit {
  static func open(_ offset: Int, _ text: String, removed: Int = 0) -> Edit {
    Edit(position: .opening, offset: offset, removed: removed, text: text)
  }
  static func close(_ offset: Int, _ text: String) -> Edit {
    Edit(position: .closing, offset: offset, removed: 0, text: text)
  }
}
