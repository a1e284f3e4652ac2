"""Code as HTML: what is coloured, and that nothing of it is lost or cut wrongly."""

import re
from html import unescape

import pytest

from answer_key.page import markup

CODE = '''@core
def double(self, x):  # a "comment" is no 'string'
    """Several
    lines, with # and \\"quotes\\"."""
    print(f"{x!r} 'a'", r'\\d', b"x", x.sum(), sum(x), not x)
    return a @ b if x.int < "it's" else '\\''
'''


def coloured(text, element):
    return re.findall(rf"<ak-{element}>(.*?)</ak-{element}>", str(markup.code(text)), re.DOTALL)


def test_nothing_of_a_code_is_lost():
    assert unescape(re.sub("<[^>]+>", "", markup.code(CODE, ((6, 10, "ak-q"),)))) == CODE


@pytest.mark.parametrize(
    "element, found",
    [
        ("k", ["def", "not", "return", "if", "else"]),
        ("c", ["# a \"comment\" is no 'string'"]),
        ("b", ["@core", "double", "self", "print", "sum"]),
        (
            "s",
            [
                '"""Several\n    lines, with # and \\"quotes\\"."""',
                "f\"{x!r} 'a'\"",
                "r'\\d'",
                'b"x"',
                '"it\'s"',
                "'\\''",
            ],
        ),
    ],
)
def test_keywords_comments_names_and_strings_are_coloured(element, found):
    assert coloured(CODE, element) == found
