// Work on many elements is done while the browser has nothing else to do, or, if somebody waits for
// it, at once; in slices that are short enough for the page to answer in between.
const SLICE = 30; // milliseconds
const whenIdle = window.requestIdleCallback ?? setTimeout; // Safari lacks the first

async function inSlices(elements, act, isAwaited = () => false) {
  let end = 0;
  for (const element of elements) {
    if (performance.now() >= end) {
      await new Promise((done) => (isAwaited() ? setTimeout(done) : whenIdle(done)));
      end = performance.now() + SLICE;
    }
    act(element);
  }
}
