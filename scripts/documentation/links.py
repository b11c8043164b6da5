"""Converts the links of doc comments and of Markdown files to the form that docc understands."""
import re

# The blocks of a Markdown file that are not prose: fenced and indented code, and headings.
VERBATIM = re.compile(r"(^```[\s\S]*?^```$|(?<=\n\n)(?: {4}.*\n|\n)+|^#.*$)", re.MULTILINE)
LINK_OR_CODE = re.compile(r"(?P<link>\[(?P<text>(?:[^\[\]`]|`[^`]*`)*)\]\((?P<to>[^)\s]+)\))|(?P<code>`[^`\n]+`)")
SYMBOL_LINK = re.compile(r"``(?P<path>(?P<top>\w+)[^`]*)``")


def in_doc_comment(line, own, others):
    """Adds the module to the links to symbols of other modules, because docc needs it to find them.

    `own` has the names of the module's own types. `others` has the modules of the types that it imports.
    """
    def rewritten(match):
        module = others.get(match["top"])
        return match[0] if match["top"] in own or not module else f"``/{module}/{match['path']}``"

    return SYMBOL_LINK.sub(rewritten, line)


class Guides:
    """The guides as articles. They are Markdown files of the repository."""

    def __init__(self, texts, modules):
        """`texts` has the text of each guide by its name. `modules` has the module of each public type by its name."""
        self.modules = modules
        self.headings = {name: {slug(heading): heading for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
                         for name, text in texts.items()}

    def article(self, name, text):
        """Rewrites links. Code that names a type of the library or a guide becomes a link."""
        parts = VERBATIM.split(text)
        # The parts with an odd number are those that the expression has matched.
        return "".join(part if number % 2 else LINK_OR_CODE.sub(lambda match: self.link(name, match), part)
                       for number, part in enumerate(parts))

    def link(self, name, match):
        if match["code"]:
            return self.code(match["code"].strip("`"))
        text, to = match["text"], match["to"]
        if re.match(r"\w+:", to):
            return match[0]
        file, _, fragment = to.partition("#")
        guide = file.removesuffix(".md") if file else name
        if guide not in self.headings:
            # The file is not on the site.
            path = f"Docs/{file}".replace("Docs/../", "")
            return f"`{path}`" if text in (file, f"`{file}`") else f"{text} (`{path}`)"
        text = "" if text == file else text
        anchor = f"#{anchor_of(self.headings[guide].get(fragment, fragment))}" if fragment else ""
        return f"[{text}](doc:{guide}{anchor})" if text else f"<doc:{guide}{anchor}>"

    def code(self, text):
        file = re.fullmatch(r"Docs/(\w+)\.md", text)
        if file and file[1] in self.headings:
            return f"<doc:{file[1]}>"
        return f"``/{self.modules[text]}/{text}``" if text in self.modules else f"`{text}`"


def slug(heading):
    """The anchor of a heading in the usual renderers of Markdown."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchor_of(heading):
    """The anchor of a heading in docc."""
    return re.sub(r"\s", "-", re.sub(r"[`'\"]", "", heading))
