// The guide shows one question at a time, its core claims first. Without this script all is shown.
const ALL_CLAIMS = "answer-key-all-claims";

function remembered() {
  try {
    return localStorage.getItem(ALL_CLAIMS) === "true";
  } catch {
    return false; // a browser may forbid it to a file
  }
}

function remember(value) {
  try {
    localStorage.setItem(ALL_CLAIMS, value);
  } catch {
    // Then it is chosen anew each time.
  }
}

// Write only what is another one: what is written, a browser looks at again.
function set(element, property, value) {
  if (element[property] !== value) {
    element[property] = value;
  }
}

// What is not shown can still be found by the browser's own search.
function show(element, isShown) {
  set(element, "hidden", isShown ? false : "until-found");
}

for (const key of document.querySelectorAll(".ak")) {
  const all = (selector) => [...key.querySelectorAll(selector)];
  const [everything, overview] = [key.querySelector(".ak-all"), key.querySelector(".ak-overview")];
  const [items, questions] = [all(".ak-item"), all(".ak-question")];
  const [buttons, links] = [all(".ak-more"), all(".ak-nav ol > li > a")];
  const opened = new Set(); // the parts and claims that were asked for
  let place = null; // what the address, or the browser's search, leads to

  const isAskedFor = (element) =>
    everything.checked || opened.has(element) || opened.has(element.parentElement);

  const render = () => {
    const here = place?.closest(".ak-question");
    for (const item of overview ? (here?.querySelectorAll(".ak-item") ?? []) : items) {
      show(item, item.matches(".ak-first") || isAskedFor(item));
    }
    for (const question of questions) {
      show(question, !overview || question === here);
    }
    if (overview) {
      show(overview, !here);
    }
    for (const link of links) {
      const isHere = !overview || link.hash === `#${here?.id}`;
      set(link, "ariaCurrent", isHere ? "true" : null);
      set(link.nextElementSibling, "hidden", !isHere);
    }
    for (const button of buttons) {
      set(button, "hidden", isAskedFor(button.parentElement));
    }
  };

  // Show a place, whatever hid it; null is the overview.
  const open = (target) => {
    if (target !== place) { // a browser that finds it hidden asks first, and then goes there
      place = target;
      if (target?.matches(".ak-item")) {
        opened.add(target);
      }
      render();
    }
    const fold = target?.closest(".ak-changed, .ak-helpers");
    if (fold) {
      fold.open = true;
    }
  };

  const follow = () => {
    if (/^#(find|quiz)=/.test(location.hash)) {
      return; // what is found, or asked, is shown over the place where one is
    }
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches(".ak-questions")) {
      return; // the way past the head: what is shown stays
    }
    if (!target || key.contains(target)) {
      open(target);
      target?.scrollIntoView();
    }
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      opened.add(button.parentElement);
      render();
    });
  }
  everything.checked = remembered();
  everything.closest("label").hidden = false;
  everything.addEventListener("change", () => {
    remember(everything.checked);
    render();
  });
  key.addEventListener("beforematch", (event) => open(event.target));
  window.addEventListener("hashchange", follow);
  render();
  follow();
}
