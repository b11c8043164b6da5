import SwiftSyntax

/// For each operator, other operators for the same operands, and the function that chooses one.
private let operators: [String: (function: String, kind: String, others: [String])] = [
  "<": ("_less", "relational", ["<=", ">="]),
  "<=": ("_lessOrEqual", "relational", ["<", ">"]),
  ">": ("_greater", "relational", [">=", "<="]),
  ">=": ("_greaterOrEqual", "relational", [">", "<"]),
  "+": ("_add", "arithmetic", ["-"]),
  "-": ("_subtract", "arithmetic", ["+"]),
  "&+": ("_wrappingAdd", "arithmetic", ["&-"]),
  "&-": ("_wrappingSubtract", "arithmetic", ["&+"]),
  "*": ("_multiply", "arithmetic", ["+"]),
  "&*": ("_wrappingMultiply", "arithmetic", ["&+"]),
  "/": ("_divide", "arithmetic", ["*"]),
  "%": ("_remainder", "arithmetic", ["/"]),
  "&": ("_and", "arithmetic", ["|"]),
  "|": ("_or", "arithmetic", ["&"]),
  "^": ("_xor", "arithmetic", ["|"]),
  "<<": ("_left", "arithmetic", [">>"]),
  ">>": ("_right", "arithmetic", ["<<"]),
  "&<<": ("_left", "arithmetic", [">>"]),
  "&>>": ("_right", "arithmetic", ["<<"]),
  "&&": ("_both", "connective", ["||"]),
  "||": ("_either", "connective", ["&&"]),
]

private let assignments: [String: (function: String, other: String)] = [
  "+=": ("_addTo", "-="), "-=": ("_subtractFrom", "+="),
  "&+=": ("_wrappingAddTo", "&-="), "&-=": ("_wrappingSubtractFrom", "&+="),
  "*=": ("_multiplyBy", "+="), "|=": ("_orWith", "&="), "&=": ("_andWith", "|="),
]

private let negations = ["==": "!=", "!=": "==", "===": "!==", "!==": "==="]

/// For each enumeration case, a case that a programmer could write by mistake.
private let siblings = [
  "edge": "level", "level": "oneShot", "oneShot": "edge", "read": "write", "write": "read",
  "readable": "writable", "writable": "readable", "readClosed": "writeClosed",
  "writeClosed": "readClosed", "both": "read",
]

private let orderings: Set = [
  "acquiring", "releasing", "acquiringAndReleasing", "sequentiallyConsistent",
]

extension Finder {
  func visitInfix(_ node: InfixOperatorExprSyntax) {
    let name = node.operator.trimmedDescription
    let (left, right) = (node.leftOperand, node.rightOperand)
    func text(_ other: String) -> String { "\(left.oneLine) \(other) \(right.oneLine)" }
    func join(_ function: String, passing prefix: String = "") -> [Edit] {
      // The removed bytes end at the right operand. A comment there is lost, but no line break.
      let gap = right.start - left.end
      let breaks = String(repeating: "\n", count: node.lineBreaksAroundOperator)
      return [
        .open(node.start, "\(function)($0, \(prefix)"),
        .open(left.end, ", \(breaks)", removed: gap), .close(node.end, ")"),
      ]
    }
    if let (function, kind, others) = operators[name] {
      add(node, others.map { Mutant(kind: kind, text: text($0)) }, join(function))
    } else if let (function, other) = assignments[name] {
      add(node, [Mutant(kind: "arithmetic", text: text(other))], join(function, passing: "&"))
    } else if let other = negations[name] {
      wrap(node, in: "_flip", [Mutant(kind: "relational", text: text(other))])
    }
  }

  func visitPrefix(_ node: PrefixOperatorExprSyntax) -> SyntaxVisitorContinueKind {
    let functions = ["!": "_flip", "-": "_negate", "~": "_complement"]
    guard let function = functions[node.operator.text] else { return .visitChildren }
    let mutant = Mutant(
      kind: node.operator.text == "!" ? "boolean" : "arithmetic", text: node.expression.oneLine)
    if node.operator.text == "!" {
      wrap(node, in: function, [mutant])
      return .visitChildren
    }
    if node.expression.is(IntegerLiteralExprSyntax.self) {
      wrap(
        node, in: "_integer",
        [
          Mutant(kind: "constant", text: "\(node.oneLine) + 1"),
          Mutant(kind: "constant", text: "\(node.oneLine) - 1"),
        ])
      return .skipChildren
    }
    add(
      node, [mutant],
      [.open(node.start, "\(function)($0, ", removed: 1), .close(node.end, ")")])
    return .visitChildren
  }

  func visitInteger(_ node: IntegerLiteralExprSyntax) {
    let kind = node.isDefault ? "default" : "constant"
    wrap(
      node, in: "_integer",
      [
        Mutant(kind: kind, text: "\(node.oneLine) + 1"),
        Mutant(kind: kind, text: "\(node.oneLine) - 1"),
      ])
  }

  func visitMember(_ node: MemberAccessExprSyntax) {
    guard node.base == nil, node.parent?.is(FunctionCallExprSyntax.self) != true,
      let sibling = siblings[node.declName.baseName.text]
    else { return }
    choose(node, Mutant(kind: node.isDefault ? "default" : "case", text: ".\(sibling)"))
  }

  /// Adds a site that is either its own text or a mutant.
  private func choose(_ node: some SyntaxProtocol, _ mutant: Mutant) {
    add(
      node, [mutant],
      [.open(node.start, "(_mutant($0) ? \(mutant.text) : "), .close(node.end, ")")])
  }

  func visitCall(_ node: FunctionCallExprSyntax) {
    weakenOrderings(of: node)
    let name = node.calledExpression.trimmedDescription
    if name == "min" || name == "max", node.arguments.count == 2 {
      let other = name == "min" ? "max" : "min"
      let called = node.calledExpression
      add(
        node, [Mutant(kind: "arithmetic", text: other + node.oneLine.dropFirst(3))],
        [.open(called.start, "_\(name)", removed: 3), .open(node.arguments.start, "$0, ")])
    }
    if name.hasSuffix("raise") || name.hasSuffix("IOError"), let first = node.arguments.first,
      let kind = first.expression.as(MemberAccessExprSyntax.self), kind.base == nil
    {
      let other = kind.oneLine == ".other" ? ".interrupted" : ".other"
      choose(kind, Mutant(kind: "error", text: other))
    }
  }

  /// Adds a weaker ordering.
  ///
  /// An ordering has to be a constant, so the edit repeats the whole call.
  private func weakenOrderings(of node: FunctionCallExprSyntax) {
    for argument in node.arguments {
      guard let ordering = argument.expression.as(MemberAccessExprSyntax.self),
        ordering.base == nil, orderings.contains(ordering.declName.baseName.text)
      else { continue }
      let arguments = node.arguments.map { other in
        other == argument
          ? "\(other.label.map { "\($0.text): " } ?? "").relaxed" : other.withoutComma
      }
      let text = "\(node.calledExpression.oneLine)(\(arguments.joined(separator: ", ")))"
      choose(node, Mutant(kind: "ordering", text: text))
    }
  }
}

extension LabeledExprSyntax {
  fileprivate var withoutComma: String { self.with(\.trailingComma, nil).oneLine }
}

extension InfixOperatorExprSyntax {
  /// The number of line breaks between the two operands.
  fileprivate var lineBreaksAroundOperator: Int {
    let trivia = [
      leftOperand.trailingTrivia, self.operator.leadingTrivia, self.operator.trailingTrivia,
      rightOperand.leadingTrivia,
    ]
    return trivia.joined().reduce(0) { count, piece in
      if case .newlines(let number) = piece { count + number } else { count }
    }
  }
}
