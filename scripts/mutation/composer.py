"""Writes all mutants of a file into its text."""
import dataclasses


@dataclasses.dataclass
class Composed:
    text: bytes
    # The part of the text that the edits of each site enclose.
    spans: list

    def around(self, line, column):
        """The sites around a position, the innermost first. Lines and columns count from one."""
        lines = self.text.split(b"\n")
        offset = sum(len(text) + 1 for text in lines[:line - 1]) + column - 1
        found = [(end - start, site) for start, end, site in self.spans if start <= offset <= end]
        return [site for _, site in sorted(found, key=lambda entry: entry[0])]


def compose(source, sites):
    """The text with the edits of the sites. The sites are in the order of a walk from the outside in."""
    edits = []
    for order, site in enumerate(sites):
        for index, edit in enumerate(site.edits):
            is_closing = edit["position"] == "closing"
            # Ends come before starts. Inner sites end first, and outer sites begin first.
            edits.append((edit["offset"], 0 if is_closing else 1, -order if is_closing else order, index, edit, site))
    edits.sort(key=lambda entry: entry[:4])
    parts, length, position, spans = [], 0, 0, {}
    for offset, _, _, _, edit, site in edits:
        parts.append(source[position:offset])
        length += max(0, offset - position)
        position = max(position, offset)
        text = edit["text"].replace("$0", str(site.first)).encode()
        spans.setdefault(id(site), [length, length, site])
        parts.append(text)
        length += len(text)
        spans[id(site)][1] = length
        position = max(position, offset + edit["removed"])
    parts.append(source[position:])
    return Composed(b"".join(parts), list(spans.values()))
