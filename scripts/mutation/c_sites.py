"""Finds the places of the C shims that can be mutated, in the syntax tree that clang prints as JSON."""
import json
import re
import subprocess

from places import ROOT

OPERATORS = {
    "relational": {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="],
                   "!=": ["=="]},
    "arithmetic": {"+": ["-"], "-": ["+"], "*": ["+"], "/": ["*"], "%": ["/"], "&": ["|"], "|": ["&"], "^": ["|"],
                   "<<": [">>"], ">>": ["<<"]},
    "connective": {"&&": ["||"], "||": ["&&"]},
}
COMPOUND = {"+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=", "*=": "+="}
# A number, or the name of an error. Other names are macros that may contain more than a constant.
CONSTANT = re.compile(r"\d|E[A-Z0-9]+$")
CLEANUPS = ("close", "free", "freeifaddrs", "munmap", "pthread_mutex_unlock")


def find(module):
    """The sites of a module's sources and headers."""
    folder = ROOT / "Sources" / module
    files = sorted([*folder.rglob("*.c"), *folder.rglob("*.h")])
    return [site for file in files for site in File(file).sites()]


class File:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.source = path.read_bytes()
        self.found = {}

    def sites(self):
        includes = [f"-I{path}" for path in sorted((ROOT / "Sources").glob("C*/include"))]
        command = ["clang", "-x", "c", "-fsyntax-only", "-w", "-Xclang", "-ast-dump=json", *includes, self.path]
        process = subprocess.run(command, capture_output=True)
        if process.returncode != 0:
            # A header for other systems.
            return []
        tree = json.loads(process.stdout)
        # A location names its file only if the file differs from that of the previous location.
        self.current = None
        for node in tree["inner"]:
            is_here = self.is_here(node)
            if node["kind"] == "FunctionDecl" and is_here:
                self.function(node)
        ordered = sorted(self.found.values(), key=lambda site: (site["start"], -site["end"], site["order"]))
        for site in ordered:
            del site["order"]
        return ordered

    def is_here(self, node):
        """Whether a declaration is in this file. The function remembers the file for the locations that follow."""
        places = [node.get("loc", {}), node.get("range", {}).get("begin", {}), node.get("range", {}).get("end", {})]
        names = []
        for place in places:
            for part in (place, place.get("spellingLoc", {}), place.get("expansionLoc", {})):
                self.current = part.get("file", self.current)
            names.append(self.current)
        result = names[0] == str(self.path)
        for inner in node.get("inner", []):
            self.is_here(inner)
        return result

    # The text of a node

    def span(self, node):
        """The bytes of a node that is written here, or None if only a part of them is."""
        ends = []
        for place in (node["range"]["begin"], node["range"]["end"]):
            if "spellingLoc" in place:
                is_argument = place["expansionLoc"].get("isMacroArgExpansion")
                place = place["spellingLoc"] if is_argument else place["expansionLoc"]
                if "includedFrom" in place or not is_argument and self.calls_macro(place):
                    return None
            if "offset" not in place:
                return None
            ends.append(place)
        start, stop = ends[0]["offset"], ends[1]["offset"] + ends[1]["tokLen"]
        return (start, stop) if start < stop <= len(self.source) else None

    def calls_macro(self, place):
        """Whether a macro takes arguments, whose end clang does not report."""
        stop = place["offset"] + place["tokLen"]
        return self.source[stop:stop + 40].lstrip().startswith(b"(")

    def text(self, node):
        span = self.span(node)
        return None if span is None else " ".join(self.source[span[0]:span[1]].decode().split())

    # Sites

    def add(self, span, mutants, edits):
        key = (*span, mutants[0]["kind"], mutants[0]["text"])
        line = self.source[:span[0]].count(b"\n") + 1
        original = " ".join(self.source[span[0]:span[1]].decode().split())
        if "//" in original:
            return
        self.found.setdefault(key, {
            "file": self.name, "line": line, "start": span[0], "end": span[1], "scope": self.scope,
            "original": original, "mutants": mutants, "edits": edits, "order": len(self.found)})

    def choose(self, node, mutants):
        """Adds a site that is one of several expressions."""
        span = self.span(node)
        chain = "".join(f"c_mutant($0 + {index}) ? ({mutant['text']}) : " for index, mutant in enumerate(mutants))
        self.add(span, mutants, [opening(span[0], f"({chain}("), closing(span[1], "))")])

    def omit(self, node, kind):
        """Adds a site that either executes its statement or does nothing."""
        span = self.span(node)
        if span is not None:
            stop = self.source.index(b";", span[1] - 1) + 1
            self.add(span, [{"kind": kind, "text": "(nothing)"}],
                     [opening(span[0], "{ if (!c_mutant($0)) { "), closing(stop, " } }")])

    # The walk

    def function(self, node):
        body = next((inner for inner in node.get("inner", []) if inner["kind"] == "CompoundStmt"), None)
        if body is None or self.span(body) is None:
            return
        start, end = self.span(body)
        self.scope = [self.source[:start].count(b"\n") + 1, self.source[:end].count(b"\n") + 1]
        if node["type"]["qualType"].startswith("void (") and len(body.get("inner", [])) > 1:
            first = body["inner"][0]
            if self.span(first) is not None:
                self.add(self.span(first), [{"kind": "return", "text": f"return; {self.text(first)}"}],
                         [opening(start + 1, " if (c_mutant($0)) return;")])
        self.walk(body)

    def walk(self, node, is_statement=True):
        kind, inner = node.get("kind"), node.get("inner", [])
        if kind in ("CaseStmt", "DefaultStmt"):
            # The value of a case is a constant.
            return self.walk(inner[-1])
        if kind == "VarDecl" and node.get("storageClass") == "static" or kind == "StaticAssertDecl":
            return None
        if kind == "CompoundStmt":
            for statement in inner:
                self.walk(statement)
            return None
        if kind in ("IfStmt", "WhileStmt", "DoStmt", "ForStmt", "ConditionalOperator", "SwitchStmt"):
            return self.branch(node)
        if is_statement and kind is not None:
            self.statement(node)
        if kind is not None and "range" in node and self.span(node) is not None:
            self.expression(node)
        for child in inner:
            self.walk(child, is_statement=False)
        return None

    def branch(self, node):
        kind, inner = node["kind"], node["inner"]
        condition = {"DoStmt": 1, "ForStmt": 2}.get(kind, 0)
        # The parts of a `for` before its body are expressions, like those of `? :`.
        first_statement = {"ConditionalOperator": len(inner), "ForStmt": 4}.get(kind, 0)
        for index, child in enumerate(inner):
            if index != condition:
                self.walk(child, is_statement=index >= first_statement)
                continue
            if kind != "SwitchStmt" and child.get("kind") and self.span(child) is not None:
                forced = [{"kind": "condition", "text": "0"}, {"kind": "condition", "text": "1"}]
                # An endless loop proves nothing.
                self.choose(child, forced if kind in ("IfStmt", "ConditionalOperator") else forced[:1])
            self.walk(child, is_statement=False)

    def statement(self, node):
        kind = node["kind"]
        called = node
        while called["kind"] in ("ParenExpr", "ImplicitCastExpr", "CStyleCastExpr") and called.get("inner"):
            called = called["inner"][0]
        if called["kind"] == "CallExpr":
            text = self.text(node) or ""
            name = text.split("(")[0].strip()
            self.omit(node, "cleanup" if name in CLEANUPS or name.endswith("_close") else "statement")
        elif kind in ("BinaryOperator", "CompoundAssignOperator") and node["opcode"].endswith("="):
            self.omit(node, "statement")
        elif kind in ("BreakStmt", "ContinueStmt") or kind == "ReturnStmt" and not node.get("inner"):
            self.omit(node, "statement")
        elif kind == "UnaryOperator" and node["opcode"] in ("++", "--"):
            self.omit(node, "statement")

    def expression(self, node):
        kind, inner = node["kind"], node.get("inner", [])
        if kind == "BinaryOperator":
            left, right, operator = self.text(inner[0]), self.text(inner[1]), node["opcode"]
            if left is None or right is None or self.span(inner[0]) == self.span(inner[1]):
                return
            for group, others in OPERATORS.items():
                if operator in others:
                    self.choose(node, [{"kind": group, "text": f"({left}) {other} ({right})"}
                                       for other in others[operator]])
        elif kind == "CompoundAssignOperator" and node["opcode"] in COMPOUND:
            left, right = self.text(inner[0]), self.text(inner[1])
            if left and right:
                self.choose(node, [{"kind": "arithmetic", "text": f"{left} {COMPOUND[node['opcode']]} {right}"}])
        elif kind == "UnaryOperator" and node["opcode"] in ("!", "-", "~"):
            operand = self.text(inner[0])
            if operand is not None and self.span(inner[0]) != self.span(node):
                group = "boolean" if node["opcode"] == "!" else "arithmetic"
                self.choose(node, [{"kind": group, "text": operand}])
        elif kind == "IntegerLiteral":
            text = self.text(node)
            if text is None or not CONSTANT.match(text):
                return
            self.choose(node, [{"kind": "constant", "text": f"{text} {change}"} for change in ("+ 1", "- 1")])


def opening(offset, text):
    return {"position": "opening", "offset": offset, "removed": 0, "text": text}


def closing(offset, text):
    return {"position": "closing", "offset": offset, "removed": 0, "text": text}
