// The quiz asks a card at a time: claims, statements of the answer sheets, and each question as a
// whole. A card that is known goes up a box and comes back after the days of that box, one that is
// not goes down to the first and comes back soon. What is known is kept by the card's id and the
// hash of its code, so that a claim that changed is new. Without this script, answers only fold.
const MEMORY = "answer-key-quiz "; // and then the card
const DAY = 24 * 60 * 60 * 1000;
const DAYS = [0, 1, 3, 7, 16, 35];
const SOON = 4; // after so many cards

// What may fail: a browser may keep nothing for a file, and anything may stand there.
function safely(act, otherwise) {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

// Each card is kept by itself: a page that was just loaded may not see what another one kept a
// moment ago, and then writes over no more than the card it asks.
function recall() {
  const names = safely(() => Object.keys(localStorage).filter((name) => name.startsWith(MEMORY)), []);
  return Object.fromEntries(
    names.map((name) => [name.slice(MEMORY.length), safely(() => JSON.parse(localStorage[name]))]),
  );
}

function keep(card, entry) {
  safely(() => localStorage.setItem(MEMORY + card, JSON.stringify(entry)));
}

function forget(card) {
  safely(() => localStorage.removeItem(MEMORY + card));
}

// Tried with what is no card's.
function isKept() {
  return safely(() => {
    localStorage.setItem(MEMORY, "");
    localStorage.removeItem(MEMORY);
    return true;
  }, false);
}

// An answer as it counts when it is typed.
function plain(text) {
  return text.toLowerCase().replace(/\band\b|[^\p{L}\p{N}=./_-]+/gu, "");
}

for (const key of document.querySelectorAll(".ak-guide")) {
  const one = (selector) => key.querySelector(selector);
  const [drill, fold, asking] = [one(".ak-drill"), one(".ak-quiz"), one(".ak-asking")];
  const [scope, missedOnly] = [drill.querySelector(".ak-scope"), drill.querySelector(".ak-missed")];
  const typed = drill.querySelector(".ak-typing input");
  const said = drill.querySelector(".ak-said");
  const [bar, told] = drill.querySelectorAll(".ak-standing > *");
  const button = Object.fromEntries(
    ["previous", "show", "again", "knew", "next"].map((name) => [name, one(`.ak-${name}`)]),
  );
  // What the quiz stands before.
  const guide = [".ak-skip", ".ak-header", ".ak-tools", ".ak-columns"].map(one);
  let memory = recall();
  let questions = null; // with their cards, once there was time for them
  let [queue, place, shown] = [[], 0, false];

  const read = () =>
    [...key.querySelectorAll(".ak-question")].map((element) => ({
      name: element.id.slice("ak-".length),
      title: element.querySelector(".ak-heading").textContent.trim(),
      cards: [".ak-part [data-source]", ".ak-sheets [data-source]", ".ak-answer"]
        .flatMap((selector) => [...element.querySelectorAll(selector)])
        .map((card) => ({
          id: card.dataset.card ?? card.id,
          source: card.dataset.source,
          isCore: !card.matches(".ak-claim") || card.querySelector(".ak-core") !== null,
          element: card,
          question: element,
        })),
    }));

  const known = (card) => {
    const entry = memory[card.id];
    return entry?.source === card.source ? entry : undefined;
  };
  const isKnown = (card) => known(card)?.box > 0;
  const isMissed = (card) => known(card)?.box === 0;
  const due = (card) => known(card)?.due ?? Infinity;
  const chosen = () =>
    questions.filter((each) => ["all", each.name].includes(scope.value)).flatMap((each) => each.cards);

  // What is due comes first, then what is new, of that the core; if nothing is, what will be due.
  const line = () => {
    const cards = chosen();
    if (missedOnly.checked) {
      return cards.filter(isMissed);
    }
    const met = cards.filter(known).sort((one, other) => due(one) - due(other));
    const fresh = cards.filter((card) => !known(card));
    const now = [
      ...met.filter((card) => due(card) <= Date.now()),
      ...fresh.filter((card) => card.isCore),
      ...fresh.filter((card) => !card.isCore),
    ];
    return now.length ? now : met;
  };

  const standing = () => {
    const core = chosen().filter((card) => card.isCore);
    const count = core.filter(isKnown).length;
    [bar.max, bar.value] = [core.length || 1, count];
    const more = chosen().filter((card) => !card.isCore && isKnown(card)).length;
    const where = place < queue.length ? `Card ${place + 1} of ${queue.length}. ` : "";
    told.textContent = `${where}Known: ${count} of ${core.length} core${more ? `, ${more} more` : ""}`;
    for (const [index, each] of questions.entries()) {
      const cards = each.cards.filter((card) => card.isCore);
      const option = scope.options[index + 1];
      option.textContent = `${each.title} (${cards.filter(isKnown).length} of ${cards.length})`;
    }
  };

  // A copy of the card, so that the guide keeps its own as they are.
  const copy = ({ element }) => {
    const card = element.cloneNode(true);
    for (const each of [card, ...card.querySelectorAll("[id], [name]")]) {
      each.removeAttribute("id");
      each.hidden = false;
      if (each.name) {
        each.name += "-asked";
      }
    }
    for (const box of card.querySelectorAll("input, textarea")) {
      box.checked = false;
      box.classList.remove("ak-shown");
    }
    for (const sentence of card.querySelectorAll(".ak-sentence")) {
      const heading = document.createElement("h2"); // nothing stands above it here
      heading.className = sentence.className;
      heading.append(...sentence.childNodes);
      sentence.replaceWith(heading);
    }
    if (!card.matches("tr")) {
      return card;
    }
    const table = document.createElement("table");
    table.className = "ak-table ak-sheets";
    table.append(document.createElement("tbody"));
    table.tBodies[0].append(card);
    return table;
  };

  const finished = () => {
    const cards = chosen();
    const missed = cards.filter(isMissed).length;
    const next = Math.min(...cards.filter(isKnown).map(due));
    const text = document.createElement("p");
    text.textContent = [
      "That was all.",
      missed ? `You missed ${missed}.` : "",
      Number.isFinite(next) ? `Come back on ${new Date(next).toLocaleDateString()}.` : "",
    ].join(" ");
    return text;
  };

  const ask = () => {
    const card = queue[place];
    shown = false;
    said.textContent = "";
    typed.value = "";
    asking.replaceChildren();
    if (card && !card.element.matches(".ak-claim")) {
      const heading = document.createElement("h2");
      heading.className = "ak-heading";
      heading.textContent = card.question.querySelector(".ak-heading").textContent;
      asking.append(heading);
    }
    asking.append(card ? copy(card) : finished());
    tell();
    for (const code of asking.querySelectorAll(".ak-code")) {
      code.tabIndex = code.scrollWidth > code.clientWidth ? 0 : -1; // a keyboard reaches what scrolls
    }
    asking.focus({ preventScroll: true });
    drill.scrollIntoView();
  };

  const tell = () => {
    const isAsking = place < queue.length;
    button.previous.disabled = place === 0;
    button.next.disabled = !isAsking;
    button.show.hidden = !isAsking || shown;
    typed.parentElement.hidden = shown || !queue[place]?.element.matches(".ak-claim");
    button.again.hidden = button.knew.hidden = !isAsking || !shown;
    standing();
  };

  // What was answered, whether that is right, and the answer.
  const attempt = (card) => {
    const mark = asking.querySelector("input[type=radio]:checked");
    const asked = [...asking.querySelectorAll("ak-q")].map((each) => each.textContent);
    const [whole, written] = [plain(asked.join(" ")), plain(typed.value)];
    return {
      tried: mark !== null || written !== "",
      isRight: mark ? mark.value === card.source : [whole, whole.split(".").pop()].includes(written),
      answer: card.element.matches("tr") ? card.source : asked.join(", "),
    };
  };

  const show = () => {
    const card = queue[place];
    if (!card || shown) {
      return;
    }
    const { tried, isRight, answer } = attempt(card);
    shown = true;
    asking.querySelector(".ak-card").classList.add("ak-revealed");
    said.textContent = answer && `${tried ? (isRight ? "Yes" : "No") : "The answer"}: ${answer}`;
    tell();
    // Whoever tried goes on with Enter; others look first.
    const next = isRight ? button.knew : button.again;
    (tried ? next : asking).focus({ preventScroll: true });
  };

  const go = (steps) => {
    place = Math.max(0, Math.min(queue.length, place + steps));
    ask();
  };

  const grade = (isRight) => {
    const card = queue[place];
    if (!card || !shown) {
      return;
    }
    memory = { ...memory, ...recall() }; // another tab may have been at it, too
    const before = known(card) ?? { box: 0, due: 0 };
    if (!isRight) {
      memory[card.id] = { source: card.source, box: 0, due: Date.now() };
    } else if (before.box === 0 || before.due <= Date.now()) { // ahead of time, it stays where it is
      const box = Math.min(before.box + 1, DAYS.length - 1);
      memory[card.id] = { source: card.source, box, due: Date.now() + DAYS[box] * DAY };
    }
    keep(card.id, memory[card.id]);
    if (!isRight) {
      queue.splice(Math.min(place + SOON, queue.length), 0, card);
    }
    go(1);
  };

  const begin = () => {
    [queue, place] = [line(), 0];
    ask();
  };

  const prepare = () => {
    if (!questions) {
      questions = read();
      scope.append(new Option("All questions", "all"));
      scope.append(...questions.map((each) => new Option(each.title, each.name)));
      drill.querySelector(".ak-forgetful").hidden = isKept();
    }
  };

  const open = (name) => {
    prepare();
    const isNew = drill.hidden || scope.value !== name;
    drill.hidden = false;
    fold.checked = true;
    guide.forEach((each) => each.classList.add("ak-behind"));
    if (scope.value !== name || !queue.length) {
      scope.value = name;
      begin();
    } else if (isNew) {
      ask();
    }
  };

  const close = () => {
    drill.hidden = true;
    fold.checked = false;
    guide.forEach((each) => each.classList.remove("ak-behind"));
  };

  const follow = () => {
    const name = location.hash.match(/^#quiz=(\w+)$/)?.[1];
    if (name && (name === "all" || document.getElementById(`ak-${name}`))) {
      open(name);
    } else if (!drill.hidden) {
      close();
    }
  };

  const onKey = (event) => {
    const isWriting = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    if (drill.hidden || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Enter" && event.target.matches(".ak-drill input")) {
      show();
    } else if (isWriting) {
      return;
    } else if (event.key === " " && !event.target.matches("button, a, summary, input")) {
      show();
    } else if (event.key === "1" || event.key === "2") {
      grade(event.key === "2");
    } else if (event.key === "n" || event.key === "p") {
      go(event.key === "n" ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
  };

  button.show.addEventListener("click", show);
  button.again.addEventListener("click", () => grade(false));
  button.knew.addEventListener("click", () => grade(true));
  button.previous.addEventListener("click", () => go(-1));
  button.next.addEventListener("click", () => go(1));
  scope.addEventListener("change", () => {
    location.hash = `quiz=${scope.value}`;
    begin();
  });
  missedOnly.addEventListener("change", begin);
  drill.querySelector(".ak-forget").addEventListener("click", () => {
    if (confirm("Forget all that you know and missed?")) {
      Object.keys({ ...memory, ...recall() }).forEach(forget);
      memory = {};
      begin();
    }
  });
  // A mark that is pointed at is meant; the arrow keys pass over the others.
  asking.addEventListener("click", (event) => {
    if (event.target.matches("input[type=radio]") && event.detail > 0) {
      show();
    }
  });
  for (const start of key.querySelectorAll(".ak-start")) {
    start.hidden = false;
  }
  document.addEventListener("keydown", onKey);
  // Before the guide, which then goes to a place that is shown.
  window.addEventListener("hashchange", follow);
  queueMicrotask(follow); // once all scripts have read the page, without a copy of a card
  whenIdle(prepare);
}
