"""Drawings in records: a small part of SVG, in which nothing can run, load or hide."""

import re
from html import escape
from xml.etree import ElementTree

_ELEMENTS = ("svg", "g", "rect", "line", "polyline", "circle", "text")
_ATTRIBUTES = (
    *("viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "points"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "text-anchor", "font-size", "font-weight"),
)
_DEEPEST = 20
_NAMESPACE = "{http://www.w3.org/2000/svg}"


def clean(text: str) -> str:
    """An SVG drawing, written anew from the elements, attributes and texts that are allowed.

    Raises ValueError, saying what is not.
    """
    if "<!" in text or "<?" in text:  # no document types, so no entities
        raise ValueError("a drawing is elements only")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"a drawing is well-formed XML: {error}") from None
    if root.tag.removeprefix(_NAMESPACE) != "svg":
        raise ValueError("a drawing is one <svg> element")
    return _written(root)


def _written(element: ElementTree.Element, depth: int = 1) -> str:
    if depth > _DEEPEST:
        raise ValueError("a drawing is not nested so deeply")
    name = element.tag.removeprefix(_NAMESPACE)
    if name not in _ELEMENTS:
        raise ValueError(f"a drawing has no <{name}>")
    for key, value in element.attrib.items():
        if key not in _ATTRIBUTES or not re.fullmatch(r"[\w .,%#-]*", value):
            raise ValueError(f'a drawing has no {key}="{value}"')
    attributes = "".join(f' {key}="{value}"' for key, value in element.attrib.items())
    inside = "".join(_written(child, depth + 1) + escape(child.tail or "") for child in element)
    return f"<{name}{attributes}>{escape(element.text or '')}{inside}</{name}>"
