"""The public declarations of a module as text: one on each line, below their type."""
from collections import defaultdict

# The conformances that every type has by default, or that the compiler derives from other conformances.
IMPLIED = {"Copyable", "Escapable", "SendableMetatype"}
TYPES = {"swift.struct", "swift.enum", "swift.class", "swift.protocol"}


def text_of(fragments):
    return " ".join("".join(fragment["spelling"] for fragment in fragments).split())


def noncopyable(node, around=()):
    """The full names of the types that cannot be copied. Only the dump of the digester shows this reliably."""
    for child in node.get("children", []):
        path = (*around, child["name"])
        conformances = {one["name"] for one in child.get("conformances", [])}
        if child.get("declKind") in ("Struct", "Enum") and "Copyable" not in conformances:
            yield ".".join(path)
        yield from noncopyable(child, path if child["kind"] == "TypeDecl" else around)


class Listing:
    """The content of a module's symbol graphs and of its digester's dump."""

    def __init__(self, graphs, dump):
        self.symbols = [symbol for graph in graphs for symbol in graph["symbols"]
                        if symbol["kind"]["identifier"] != "swift.extension"]
        self.names = {symbol["identifier"]["precise"]: ".".join(symbol["pathComponents"])
                      for symbol in self.symbols}
        self.noncopyable = set(noncopyable(dump["ABIRoot"]))
        self.conformances = defaultdict(set)
        for graph in graphs:
            for relationship in graph["relationships"]:
                if relationship["kind"] == "conformsTo":
                    self.conformances[relationship["source"]].add(self.conformance(relationship))

    def conformance(self, relationship):
        name = self.names.get(relationship["target"]) or relationship["targetFallback"].rsplit(".", 1)[-1]
        return name + where(relationship.get("swiftConstraints", []), "")

    def lines(self):
        types, members = {}, defaultdict(set)
        for symbol in self.symbols:
            *around, _ = symbol["pathComponents"]
            if symbol["kind"]["identifier"] in TYPES:
                types[".".join(symbol["pathComponents"])] = symbol
            else:
                members[".".join(around)].add(self.declaration(symbol))
        for name in sorted({*types, *members}):
            if name in types:
                yield self.type_line(types[name])
                yield from (f"  conforms to {other}" for other in self.own_conformances(types[name]))
            else:
                yield f"extension {name}" if name else "global"
            yield from (f"  {line}" for line in sorted(members[name]))
            yield ""

    def type_line(self, symbol):
        """A type with its full name. Only the declaration of a protocol shows that it is noncopyable."""
        declaration, full = text_of(symbol["declarationFragments"]), ".".join(symbol["pathComponents"])
        if full not in declaration:
            declaration = declaration.replace(f" {symbol['pathComponents'][-1]}", f" {full}", 1)
        return f"noncopyable {declaration}" if full in self.noncopyable else declaration

    def own_conformances(self, symbol):
        """The conformances of a type. The declaration of a protocol already shows them."""
        if symbol["kind"]["identifier"] == "swift.protocol":
            return []
        conformances = self.conformances[symbol["identifier"]["precise"]]
        return sorted(name for name in conformances if name.split(" ")[0] not in IMPLIED)

    @staticmethod
    def declaration(symbol):
        extension = symbol.get("swiftExtension", {}).get("constraints", [])
        return text_of(symbol["declarationFragments"]) + where(extension, " in an extension")


def where(constraints, kind):
    """The condition of a conformance or of an extension."""
    signs = {"conformance": ":", "superclass": ":", "sameType": "=="}
    texts = sorted(f"{one['lhs']} {signs[one['kind']]} {one['rhs']}".replace(" :", ":") for one in constraints)
    return f"{kind} where {', '.join(texts)}" if texts else ""
