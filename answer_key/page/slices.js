// Work on many elements is done while the browser has nothing else to do, in slices so short that
// the page answers in between.
const SLICE = 10; // milliseconds; on a slow phone a single act may take as long again

const whenIdle = window.requestIdleCallback ?? setTimeout; // Safari lacks the first

async function inSlices(elements, act) {
  let end = 0;
  for (const element of elements) {
    if (performance.now() >= end) {
      await new Promise((done) => whenIdle(done));
      end = performance.now() + SLICE;
    }
    act(element);
  }
}
