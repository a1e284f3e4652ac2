"""The pages of the real specification have what axe asks of a page, whatever is shown of them."""

import pytest

pytestmark = pytest.mark.timeout(300)  # axe goes through all that is shown

# What is not shown is not judged, but takes axe longer than what is.
DROP = """document.querySelectorAll(".ak-columns.ak-behind, section[hidden]")
  .forEach((each) => each.remove())"""
OPEN = """document.querySelectorAll(".ak details").forEach((each) => { each.open = true; })"""
# A keyboard reaches the code that scrolls, once the browser had time to measure it.
MEASURED = """() => [...document.querySelectorAll(".ak-claim .ak-code")].every(
  (code) => code.scrollWidth <= code.clientWidth || code.hasAttribute("tabindex"),
)"""
SHOWN = ["#ak-overview", "#ak-q06", "#find=numpy+in+tf.function", "#quiz=all"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("shown", SHOWN)
def test_the_key_has_no_violation(key, visit, shown, width, scheme, check_accessibility):
    viewport = {"width": width, "height": 844}
    tab = visit(key, shown, viewport=viewport, color_scheme=scheme)
    tab.wait_for_selector(".ak-find:not([aria-busy=true])", state="attached")
    tab.evaluate("document.querySelector('.ak-all').click()")
    tab.evaluate(DROP)
    tab.evaluate(OPEN)
    tab.wait_for_function(MEASURED)

    check_accessibility(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_releases_have_no_violation(releases, visit, width, scheme, check_accessibility):
    viewport = {"width": width, "height": 844}
    shown = "#from=2.15&to=2.16"
    tab = visit(releases, shown, viewport=viewport, color_scheme=scheme)

    check_accessibility(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
