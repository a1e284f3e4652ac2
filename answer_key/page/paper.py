"""What stands at the top of each printed page, as CSS: `print.css` has the rest."""

import re
from collections.abc import Iterator, Mapping

# Of a running head; more would not stand beside the title.
LONGEST_HEAD = 80


def running_heads(title: str, sections: Mapping[str, str]) -> str:
    """The title, and what is printed of a section with this id, where all is printed."""
    return "\n".join([f":root {{ --ak-running: {_quoted(title)}; }}", *_pages(sections)])


def _pages(sections: Mapping[str, str]) -> Iterator[str]:
    for number, (anchor, head) in enumerate(sections.items()):
        # Another page begins with another head, so what comes before has that of the first.
        place = f" #{anchor}" if number else ""
        yield f"@page {anchor} {{ @top-right {{ content: {_quoted(head)}; }} }}"
        yield f"@media print {{ .ak:has(.ak-full:checked){place} {{ page: {anchor}; }} }}"


def _quoted(text: str) -> str:
    """A text as a string of CSS, in which nothing ends the string or the style; cut at a word."""
    if len(text) > LONGEST_HEAD:
        text = f"{text[:LONGEST_HEAD].rpartition(' ')[0]} …"
    return '"' + re.sub(r"[^\w ]", lambda found: f"\\{ord(found[0]):x} ", text) + '"'
