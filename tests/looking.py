"""Pages in Chromium and on paper, and what tests do without: shared with `acceptance/`."""

import importlib.util
import io
import os
import re
import shutil
import unicodedata

import pytest

DESKTOP = {"width": 1280, "height": 900}
# Before the first frame not all has a text; and a page looks, frame by frame, at what comes near: a
# question, its claims, how wide their code is.
FRAMES = """(frames) => new Promise((seen) => {
  const next = () => (frames-- ? requestAnimationFrame(next) : requestIdleCallback(seen));
  next();
})"""
# What a page keeps, and what it has found when it was loaded.
SEEN = "JSON.stringify(Object.entries(localStorage).sort())"
GIVE = """(kept) => {
  localStorage.clear();
  JSON.parse(kept).forEach(([name, value]) => localStorage.setItem(name, value));
}"""
KEPT = {"origin": "file://", "storageTypes": "local_storage"}


def pytest_configure(config):
    config.addinivalue_line("markers", "tensorflow: runs the real TensorFlow")
    config.addinivalue_line("markers", "browser: looks at a page in Chromium")


def pytest_collection_modifyitems(items):
    missing = importlib.util.find_spec("tensorflow") is None
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if missing and item.get_closest_marker("tensorflow"):
            item.add_marker(pytest.mark.skip(reason="TensorFlow is not installed"))


@pytest.fixture(scope="session")
def browser():
    """Chromium: Debian's, or the one that Playwright installs."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=installed, args=["--no-sandbox", "--disable-gpu"]
            )
        except api.Error as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(
                f"no browser: apt install chromium, or playwright install chromium ({error})"
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs():
    """The tabs that are free, by whether they run scripts: a new one costs more than most tests."""
    return {True: [], False: []}


@pytest.fixture
def visit(browser, tabs):
    """Open a file in a tab that is like a new one; its errors and its policy's fail the test.

    A test that leaves in it what no other may find asks for it `alone`.
    """
    complaints = []
    shared, lone = [], []

    def on_error(error):
        complaints.append(str(error))

    def on_message(message):
        if "subtree hidden by content-visibility" not in message.text:  # axe measures that, too
            complaints.append(message.text)

    def open_(path, anchor="", viewport=DESKTOP, color_scheme="light", *, script=True, alone=False):
        if tabs[script] and not alone:
            tab = tabs[script].pop()
        else:
            tab = browser.new_context(java_script_enabled=script).new_page()
            tab.add_init_script(f"try {{ window.found = {SEEN}; }} catch {{}}")
        if alone:
            lone.append(tab)
        else:
            shared.append((tab, tabs[script]))
        tab.set_viewport_size(viewport)
        tab.emulate_media(media="null", color_scheme=color_scheme)
        tab.on("pageerror", on_error)
        tab.on("console", on_message)
        tab.goto(path.as_uri() + anchor)
        if script:
            tab.evaluate(FRAMES, 2)
        return tab

    yield open_
    for tab in lone:
        tab.context.close()
    for tab, free in shared:
        tab.goto("about:blank")
        tab.mouse.move(0, 0)
        # The browser is asked: what a document wrote may reach it after that was cleared.
        tab.context.new_cdp_session(tab).send("Storage.clearDataForOrigin", KEPT)
        tab.remove_listener("pageerror", on_error)
        tab.remove_listener("console", on_message)
        free.append(tab)
    assert complaints == []


def reload(tab):
    """Reload a tab. Under load, Chromium may not have what it kept: then it is given it again."""
    kept = tab.evaluate(SEEN)
    tab.reload()
    while tab.evaluate("found") != kept:
        tab.evaluate(GIVE, kept)
        tab.reload()
    tab.evaluate(FRAMES, 2)


@pytest.fixture
def check_accessibility():
    """Let axe look at a settled tab, or at a part of it; it finds nothing to complain of."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")

    def check(tab, part=None):
        tab.evaluate(FRAMES, 6)
        script = [""] if tab.evaluate("'axe' in window") else []  # it is read once a document
        results = axe.Axe(*script).run(tab, context=part)
        assert results.violations_count == 0, results.generate_report()

    return check


# Where the keyboard has come to, and whether one sees it: it is marked, and nothing covers it.
STATION = """() => {
  const here = document.activeElement;
  if (here === document.body) {
    return null;
  }
  window.reached = (window.reached ?? new Set()).add(here);
  const { left, right, top, bottom } = here.getBoundingClientRect();
  const [x, y] = [(left + Math.min(right, left + 40)) / 2, (top + bottom) / 2];
  const seen = document.elementFromPoint(x, y);
  const isSeen = seen !== null && (here.contains(seen) || seen.contains(here));
  const isMarked = getComputedStyle(here).outlineStyle !== "none";
  return [here.outerHTML.slice(0, 90), isSeen && isMarked];
}"""

UNREACHED = """() => {
  const names = new Set([...window.reached].map((each) => each.name).filter(Boolean));
  return [...document.querySelectorAll("a[href], button, summary, input, select, textarea")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
    .filter((each) => !window.reached.has(each) && !(each.type === "radio" && names.has(each.name)))
    .map((each) => each.outerHTML.slice(0, 90));
}"""


@pytest.fixture
def walk():
    """Go through a tab with Tab, and back: all that acts is reached, and seen when it is."""

    def walk_(tab):
        stations = []
        for key in ("Tab", "Shift+Tab"):
            for _ in range(500):
                tab.keyboard.press(key)
                station = tab.evaluate(STATION)
                if station is None:
                    break
                stations.append(station)
            else:
                pytest.fail(f"{key} leads nowhere out of {stations[-5:]}")
        assert [element for element, is_seen in stations if not is_seen] == []
        assert tab.evaluate(UNREACHED) == []
        return [element for element, _ in stations]

    return walk_


@pytest.fixture
def pages_of():
    """Print a tab on A4."""
    pypdf = pytest.importorskip("pypdf", reason="pypdf is missing")

    def print_(tab):
        return pypdf.PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True))).pages

    return print_


@pytest.fixture
def printed(pages_of):
    """Print a tab and read the pages, without the blanks, which are a matter of layout."""
    return lambda tab: [squeezed(page.extract_text()) for page in pages_of(tab)]


def squeezed(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
