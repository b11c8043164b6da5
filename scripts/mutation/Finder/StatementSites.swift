import SwiftSyntax

enum Forced {
  case both, onlyFalse
}

/// Calls that release something.
private let cleanups: Set = [
  "close", "release", "deallocate", "deinitialize", "destroy", "remove", "removeAll", "cancel",
  "deregister", "unlock", "discard", "free", "releaseChain", "end", "finish",
]

extension Finder {
  // MARK: - Conditions

  func force(_ node: ExprSyntax, _ forced: Forced) {
    let mutants = [
      Mutant(kind: "condition", text: "false"), Mutant(kind: "condition", text: "true"),
    ]
    switch forced {
    case .both: wrap(node, in: "_force", mutants)
    // An endless loop proves nothing.
    case .onlyFalse: wrap(node, in: "_forceFalse", [mutants[0]])
    }
  }

  func visitCondition(_ node: ConditionElementSyntax) {
    let isLoop = node.parent?.parent?.is(WhileStmtSyntax.self) == true
    switch node.condition {
    case .expression(let expression): force(expression, isLoop ? .onlyFalse : .both)
    case .optionalBinding, .matchingPattern:
      add(
        node, [Mutant(kind: "condition", text: "false")],
        [.close(node.condition.end, ", _forceFalse($0, true)")])
    default: break
    }
  }

  // MARK: - Boolean results

  /// Negates an expression, if no other operator does.
  func negate(_ node: ExprSyntax) {
    let inner = node.inner
    if inner.is(InfixOperatorExprSyntax.self) || inner.is(BooleanLiteralExprSyntax.self) { return }
    if let prefix = inner.as(PrefixOperatorExprSyntax.self), prefix.operator.text == "!" { return }
    if inner.is(IfExprSyntax.self) || inner.is(SwitchExprSyntax.self) { return }
    wrap(node, in: "_flip", [Mutant(kind: "boolean", text: "!(\(node.oneLine))")])
  }

  func negateResult(_ items: CodeBlockItemListSyntax) {
    if items.count == 1, case .expr(let expression)? = items.first?.item { negate(expression) }
  }

  // MARK: - Statements

  func visitStatement(_ node: CodeBlockItemSyntax) {
    guard !node.isResult, !node.endsGuard else { return }
    let kind: String
    switch node.item {
    case .expr(let expression):
      let inner = expression.inner
      if let call = inner.as(FunctionCallExprSyntax.self) {
        let name = call.calledExpression
        let last = name.as(MemberAccessExprSyntax.self)?.declName.baseName.text
        if ["precondition", "assert", "fatalError", "preconditionFailure"].contains(
          name.trimmedDescription)
        {
          return
        }
        kind = cleanups.contains(last ?? name.trimmedDescription) ? "cleanup" : "statement"
        if name.trimmedDescription.hasSuffix(".init") { return }
        if node.isOnlyOneInClosure { return omitResult(expression, kind) }
      } else if let infix = inner.as(InfixOperatorExprSyntax.self), infix.isAssignment {
        // Without the assignment, the initializer would not compile.
        if node.isInInitializer { return }
        kind = "statement"
      } else {
        return
      }
    case .stmt(let statement):
      switch statement.kind {
      case .throwStmt, .breakStmt, .continueStmt: kind = "statement"
      case .returnStmt where statement.as(ReturnStmtSyntax.self)?.expression == nil:
        kind = "statement"
      default: return
      }
    default: return
    }
    add(
      node, [Mutant(kind: kind, text: "(nothing)")],
      [.open(node.start, "if _keep($0) { "), .close(node.end, " }")])
  }

  /// Omits the only expression of a closure.
  ///
  /// If the expression has a value, this does not compile.
  private func omitResult(_ node: ExprSyntax, _ kind: String) {
    add(
      node, [Mutant(kind: kind, text: "(nothing)")],
      [.open(node.start, "(_mutant($0) ? () : ("), .close(node.end, "))")])
  }

  func visitDefer(_ node: DeferStmtSyntax) {
    let items = node.body.statements
    guard let first = items.first, let last = items.last, items.count > 1 else {
      // The only statement already is a site.
      return
    }
    add(
      node, [Mutant(kind: "cleanup", text: "(nothing)")],
      [.open(first.start, "if _keep($0) { "), .close(last.end, " }")])
  }

  // MARK: - Bodies

  func visitBody(_ body: CodeBlockSyntax?, returning type: TypeSyntax?) {
    guard let body, let first = body.statements.first else { return }
    if type?.trimmedDescription == "Bool" { negateResult(body.statements) }
    guard type == nil || type?.trimmedDescription == "Void", body.statements.count > 1 else {
      return
    }
    add(
      first, [Mutant(kind: "return", text: "return; \(first.oneLine)")],
      [.open(first.start, "if _mutant($0) { return }; ")])
  }
}

extension CodeBlockItemSyntax {
  /// Whether the value of the statement is the result of a function or an accessor.
  fileprivate var isResult: Bool {
    guard let list = parent?.as(CodeBlockItemListSyntax.self), list.count == 1,
      let owner = list.parent
    else { return false }
    if let body = owner.as(CodeBlockSyntax.self),
      let function = body.parent?.as(FunctionDeclSyntax.self)
    {
      let type = function.signature.returnClause?.type.trimmedDescription
      return type != nil && type != "Void"
    }
    if let block = owner.as(AccessorBlockSyntax.self) { return block.parent != nil }
    if let body = owner.as(CodeBlockSyntax.self),
      let accessor = body.parent?.as(AccessorDeclSyntax.self)
    {
      return accessor.accessorSpecifier.text != "set"
    }
    return false
  }
}

extension CodeBlockItemSyntax {
  fileprivate var isOnlyOneInClosure: Bool {
    guard let list = parent?.as(CodeBlockItemListSyntax.self), list.count == 1 else { return false }
    return list.parent?.is(ClosureExprSyntax.self) == true
  }

  /// Whether this is the statement that leaves the scope around a `guard`.
  fileprivate var endsGuard: Bool {
    guard let list = parent?.as(CodeBlockItemListSyntax.self), list.last == self else {
      return false
    }
    return list.parent?.parent?.is(GuardStmtSyntax.self) == true
  }

  fileprivate var isInInitializer: Bool {
    Syntax(self).scope.is(InitializerDeclSyntax.self)
  }
}

extension InfixOperatorExprSyntax {
  fileprivate var isAssignment: Bool {
    if self.operator.is(AssignmentExprSyntax.self) { return true }
    let name = self.operator.trimmedDescription
    return name.hasSuffix("=") && !["==", "!=", "<=", ">=", "===", "!=="].contains(name)
  }
}
