"""What pages cost in a browser: size, elements, load, switches, find, and printed pages.

    python benchmarks/pages.py OLD.html NEW.html

Opens each page in Chromium, by turns, five times at 1280 px and at 390 px on a processor four times
slower, and prints medians. Needs Playwright and Chromium.
"""

import shutil
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROUNDS = 5
PLACES = {"1280 px": (1280, 1), "390 px, CPU/4": (390, 4)}
QUERY = "copy"
OPEN = 2000  # milliseconds that a reader has had the page open

# From an act to the second frame after it, when the browser has laid out and painted what changed;
# what is found may come later.
TIMED = """async (act) => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await painted();
  const start = performance.now();
  eval(act);
  do {
    await painted();
  } while (document.querySelector(".ak-find[aria-busy=true]"));
  return performance.now() - start;
}"""
SWITCHES = {
    "all claims on": "document.querySelector('.ak-all').click()",
    "quiz on": "location.hash = '#quiz=all'",
    "quiz off": "location.hash = '#ak-overview'",
    "a question": "location.hash = '#ak-q02'",
    "overview": "location.hash = '#ak-overview'",
}
TYPED = """(() => {
  const input = document.querySelector('.ak-find input');
  input.focus();
  input.value = %r;
  input.dispatchEvent(new Event('input', { bubbles: true }));
})()"""
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
LAID_OUT = """[...document.querySelectorAll('*')].filter(
  (each) => each.checkVisibility({ contentVisibilityAuto: true }),
).length"""
# The longest time for which a reader would wait for an answer, once the page is loaded.
BLOCKED = """() => new Promise((done) => {
  const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  new PerformanceObserver((list) => {
    const late = list.getEntries().filter(({ startTime }) => startTime >= loaded);
    done(Math.max(0, ...late.map(({ duration }) => duration)));
  }).observe({ type: "longtask", buffered: true });
  setTimeout(() => done(0), 100);
})"""


def main() -> None:
    files = [Path(argument).resolve() for argument in sys.argv[1:]]
    found: dict[str, dict[Path, list[float]]] = defaultdict(lambda: defaultdict(list))
    with sync_playwright() as playwright:
        installed = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            for place, (width, slower) in PLACES.items():
                for file in files:
                    for what, value in measured(browser, file, width, slower).items():
                        found[f"{what}, {place}"][file].append(value)
        for file in files:
            found["printed pages"][file] = [printed(browser, file)]
            found["size, kB"][file] = [file.stat().st_size / 1000]
        browser.close()
    print(f"{'':36}", *(f"{file.name[:18]:>18}" for file in files))
    for what, by_file in found.items():
        print(f"{what:36}", *(f"{median(by_file[file]):18.0f}" for file in files))


def measured(browser: Browser, file: Path, width: int, slower: int) -> dict[str, float]:
    """Milliseconds, and numbers of elements, of two visits."""
    context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
    tab = opened(context, file, slower)
    values = {"load event": tab.evaluate(LOADED)}
    values["elements"] = tab.evaluate("document.querySelectorAll('*').length")
    values["elements laid out"] = tab.evaluate(LAID_OUT)
    tab.wait_for_timeout(OPEN)
    values["longest task after load"] = tab.evaluate(BLOCKED)
    for what, act in SWITCHES.items():
        values[what] = tab.evaluate(TIMED, act)
    letters = [tab.evaluate(TIMED, TYPED % QUERY[:end]) for end in range(1, len(QUERY) + 1)]
    values["find, the first letter"] = letters[0]
    values["find, the slowest letter"] = max(letters)
    tab.close()
    tab = opened(context, file, slower)
    values["find, asked at once"] = tab.evaluate(TIMED, TYPED % QUERY[0])
    values["longest task of that"] = tab.evaluate(BLOCKED)
    context.close()
    return values


def opened(context: BrowserContext, file: Path, slower: int) -> Page:
    """A tab on a processor so many times slower, once the file is loaded."""
    tab = context.new_page()
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tab.goto(file.as_uri())
    tab.wait_for_function(f"{LOADED} > 0")
    return tab


def printed(browser: Browser, file: Path) -> int:
    """The A4 pages of the whole page."""
    tab = browser.new_page()
    tab.goto(file.as_uri())
    pages = tab.pdf(format="A4").count(b"/Type /Page\n")
    tab.close()
    return pages


if __name__ == "__main__":
    main()
