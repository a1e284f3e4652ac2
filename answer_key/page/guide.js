// The guide shows one question at a time, its core claims first; the find box, the claims that
// contain every word typed. Without this script all is shown, and neither has a switch.
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

// What is not shown can still be found by the browser's own search.
function show(element, isShown) {
  element.hidden = isShown ? false : "until-found";
}

for (const key of document.querySelectorAll(".ak")) {
  const all = (selector) => [...key.querySelectorAll(selector)];
  const box = key.querySelector(".ak-find");
  const [input, count] = [box.querySelector("input"), box.querySelector("small")];
  const [everything, overview] = [key.querySelector(".ak-all"), key.querySelector(".ak-overview")];
  const items = all(".ak-item").map((element) => ({ element }));
  const [groups, rests, questions] = [all(".ak-group"), all(".ak-rest"), all(".ak-question")];
  const [buttons, links, folds] = [all(".ak-more"), all(".ak-nav ol > li > a"), all(".ak-changed")];
  const opened = new Set(); // the parts and claims that were asked for
  let place = null; // what the address, or the browser's search, leads to

  const isAskedFor = (element) =>
    everything.checked || opened.has(element) || opened.has(element.parentElement);

  const guide = () => {
    const here = place?.closest(".ak-question");
    for (const { element } of items) {
      show(element, element.matches(".ak-first") || isAskedFor(element));
    }
    for (const group of groups) {
      show(group, !overview || group === here || !group.matches(".ak-question"));
    }
    if (overview) {
      show(overview, !here);
    }
    for (const link of links) {
      const isHere = !overview || link.hash === `#${here?.id}`;
      link.ariaCurrent = isHere ? "true" : null;
      link.nextElementSibling.hidden = !isHere;
    }
  };

  const find = (words) => {
    let found = 0;
    for (const item of items) {
      item.text ??= item.element.textContent.toLowerCase();
      item.element.hidden = !words.every((word) => item.text.includes(word));
      found += !item.element.hidden;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector(".ak-item:not([hidden])");
    }
    return found;
  };

  const render = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isFinding = words.length > 0;
    for (const rest of rests) {
      rest.hidden = isFinding;
    }
    const found = isFinding ? find(words) : guide();
    for (const button of buttons) {
      button.hidden = isFinding || isAskedFor(button.parentElement);
    }
    if (isFinding !== key.classList.contains("ak-finding")) {
      for (const fold of folds) {
        fold.open = isFinding;
      }
    }
    key.classList.toggle("ak-finding", isFinding);
    key.querySelector(".ak-nothing").hidden = found !== 0;
    count.textContent = isFinding ? `${found} of ${items.length}` : "";
  };

  // Show a place, whatever hid it; null is the overview.
  const open = (target) => {
    place = target;
    if (target?.matches(".ak-item")) {
      opened.add(target);
    }
    input.value = "";
    render();
    const fold = target?.closest(".ak-changed, .ak-helpers");
    if (fold) {
      fold.open = true;
    }
  };

  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.contains(overview ?? key)) {
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
  input.addEventListener("input", render);
  box.hidden = false;
  follow();
}
