"""What all pages share: the document around a body, and how the templates are rendered."""

import base64
import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib import resources

import jinja2
from markupsafe import Markup

from answer_key.page import markup, paper

# How each outcome and each mark is shown: a symbol beside the word, never colour alone.
SYMBOLS = {
    "holds": "✓",
    "broken": "✗",
    "crashed": "✗",
    "stale": "!",
    "absent": "○",
    "unchecked": "–",
    "not run": "–",
    "right": "✓",
    "wrong": "✗",
    "partly": "±",
    "outdated": "○",
}
LONGEST_OPEN_TABLE = 12
LONGEST_OPEN_ANSWER = 300
SHORTEST_TIME = 0.1  # seconds of a claim that are worth a word


def document(
    title: str,
    body: Markup,
    styles: Sequence[str],
    scripts: Sequence[str],
    heads: Mapping[str, str] | None = None,
) -> str:
    """A whole page, in one file that loads nothing; `styles` and `scripts` are names of files.

    `heads` has what stands at the top of each printed page of a section, by the section's id.
    """
    style = f"{_assets(styles)}\n{paper.running_heads(title, heads or {})}"
    script = _assets(scripts)
    return template("page.html").render(
        title=title,
        body=body,
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'",
    )


def fragment(body: Markup, styles: Sequence[str], scripts: Sequence[str], **told: object) -> str:
    """The same for inclusion in pytest-html's report, below what is `told` of that."""
    style, script = _assets((*styles, "report.css")), _assets((*scripts, "report.js"))
    return template("fragment.html").render(body=body, style=style, script=script, **told)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# What a browser does without: lines that are comments, and indentation.
_UNREAD = re.compile(r"^(?: *(?://[^\n]*|/\*[^*]*\*/)?\n)* *", re.MULTILINE)


def _assets(names: Sequence[str]) -> str:
    folder = resources.files(__package__)
    text = "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
    return _UNREAD.sub("", text)


def template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("answer_key", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["symbols"] = SYMBOLS
    environment.globals["longest_open_table"] = LONGEST_OPEN_TABLE
    environment.globals["longest_open_answer"] = LONGEST_OPEN_ANSWER
    environment.globals["shortest_time"] = SHORTEST_TIME
    environment.filters["inline"] = markup.inline
    environment.filters["told"] = markup.told
    environment.filters["prose"] = markup.prose
    environment.filters["breakable"] = markup.breakable
    environment.filters["drawing"] = markup.drawing
    return environment
