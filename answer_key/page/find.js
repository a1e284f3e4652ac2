// The find box: what the page says about a question or an error message, the best first, in a panel
// over the place where one is. The index is made of the page's own text; who asks before it is whole
// is answered when it is.
for (const key of document.querySelectorAll(".ak")) {
  const WEIGHTS = {
    title: 5,
    names: 3,
    messages: 3,
    heading: 1.5,
    details: 1,
    question: 1,
    era: 1,
    code: 1,
  };
  // Of "From NumPy 2 on, …", what tells when, not what about.
  const ERA = /\b(?:From|Before|In|But for) [^,]*\d[^,]*, /;
  const MOST = 20; // results are shown,
  const LEAST = 0.2; // of those that are worth this much of the best one
  const NEAR = 120; // letters, within which an excerpt tells what is asked for
  const PAUSE = 400; // milliseconds without a letter, after which the address is that of the query
  const ANSWER = "short answer";

  const box = key.querySelector(".ak-find");
  const [input, count] = [box.querySelector("input"), box.querySelector("small")];
  const panel = box.querySelector(".ak-found");
  const [remark, list] = panel.children;
  const index = new AnswerKeySearch(WEIGHTS);
  const plain = (string) => string.replace(/\s+/g, " ").trim();
  const text = (element) => plain(element?.textContent ?? "");
  const headingOf = (element) => element.querySelector(".ak-heading");

  // As the page shows it, without what one acts on or only hears.
  const copied = (element) => {
    const copy = element.cloneNode(true);
    for (const each of copy.querySelectorAll(".ak-gap, .ak-aside, .ak-reveal, button")) {
      each.remove();
    }
    return copy;
  };

  // What stands for the code's parameters: tf.constant, if the code has getattr(tf, function).
  const named = (code, table) => {
    const [head, ...rows] = table?.rows ?? [];
    const names = [...(head?.cells ?? [])].map((cell) => text(copied(cell)));
    const parameters = names.filter(Boolean); // the column of outcomes has no name
    const cases = rows.map(({ cells }) => parameters.map((_, at) => text(cells[at])));
    const written = [...code.matchAll(/\bgetattr\(([\w.]+), (\w+)\)/g)]
      .filter(([, , parameter]) => parameters.includes(parameter))
      .flatMap(([, owner, parameter]) =>
        cases.map((values) => `${owner}.${values[parameters.indexOf(parameter)]}`),
      );
    return [...new Set([...written, ...cases.flat()])].join(" ");
  };

  // The messages that the code expects of errors; where the quiz asks for one, after a gap.
  const expected = (code) =>
    [...code.matchAll(/\bmatch=\??\w?(["'])(.*?)\1/g)].map((found) => found[2].replace(/\\/g, ""));

  // How to read what can be found: where its title stands, what else it says, what it is worth.
  const KINDS = [
    {
      selector: ".ak-claim",
      title: (element) => element.querySelector(".ak-sentence"),
      worth: (element) =>
        (element.querySelector(".ak-core") ? 1.15 : 1) * (element.closest(".ak-changed") ? 0.6 : 1),
      fields: (element) => {
        const code = element.querySelector(".ak-code").textContent;
        const errors = [...element.querySelectorAll(".ak-evidence pre, .ak-failure pre")].map(text);
        return {
          details: text(element.querySelector(".ak-details")),
          names: named(code, element.querySelector(".ak-proof .ak-table:not(.ak-exhibit *)")),
          messages: [...expected(code), ...errors].join(" "),
          code,
        };
      },
    },
    { selector: ".ak-part", title: headingOf, worth: () => 0.9, fields: () => ({}) },
    {
      selector: ".ak-answer",
      name: ANSWER,
      title: (element) => headingOf(element.parentElement),
      worth: () => 0.9,
      fields: (element) => ({ details: text(element.querySelector(".ak-hide")) }),
    },
    {
      selector: ".ak-sheets tbody tr",
      name: "a student's statement",
      title: (element) => element.cells[0],
      worth: () => 0.6, // it may be wrong
      fields: () => ({}),
    },
  ];
  const sources = key.querySelectorAll(KINDS.map(({ selector }) => selector).join());
  let isRead = false;

  const take = (element) => {
    const kind = KINDS.find(({ selector }) => element.matches(selector));
    const [title, question] = [kind.title(element), headingOf(element.closest(".ak-question"))];
    const part = element.matches(".ak-claim") && element.closest(".ak-part");
    const said = text(copied(title));
    const [era] = said.match(ERA) ?? [""];
    const fields = {
      title: said.replace(era, ""),
      era,
      heading: part ? text(headingOf(part)) : "",
      question: text(question),
      ...kind.fields(element),
    };
    index.add({ element, kind, title, question }, fields, kind.worth(element));
  };

  const make = (name, ...content) => {
    const element = document.createElement(name);
    element.append(...content);
    return element;
  };

  // Whether a word is one that is asked for; of tf.constant, the parts alone are not.
  const isMeant = ({ meant }, { stem, parts }) =>
    meant.has(stem) || parts.some((part) => meant.get(part) > 0.5);

  const marked = (string, terms) => {
    const pieces = [];
    let end = 0;
    for (const word of AnswerKeySearch.words(string)) {
      if (terms.some((term) => isMeant(term, word))) {
        const mark = make("mark", string.slice(word.index, word.end));
        pieces.push(string.slice(end, word.index), mark);
        end = word.end;
      }
    }
    return [...pieces, string.slice(end)];
  };

  const markedCopy = (element, terms) => {
    const copy = copied(element);
    copy.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
    const nodes = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (nodes.nextNode()) {
      texts.push(nodes.currentNode);
    }
    texts.forEach((node) => node.replaceWith(...marked(node.data, terms)));
    return make("span", ...copy.childNodes);
  };

  const wordsOf = (string) => ({ string, words: AnswerKeySearch.words(string) });

  // Where else than in the title the words stand: the piece of a text that has most of them.
  const excerpt = (entry, terms) => {
    entry.said ??= wordsOf(text(copied(entry.title)));
    entry.more ??= Object.values(entry.kind.fields(copied(entry.element))).map(plain).map(wordsOf);
    const isSaid = (term) => entry.said.words.some((word) => isMeant(term, word));
    const others = terms.filter((term) => !isSaid(term));
    let best = { told: 0 };
    for (const { string, words } of others.length ? entry.more : []) {
      const meant = words.filter((word) => others.some((term) => isMeant(term, word)));
      for (const { index: from } of meant) {
        const near = meant.filter(({ index }) => index >= from && index < from + NEAR);
        const told = new Set(near.map(({ stem }) => stem)).size;
        best = told > best.told ? { told, string, from } : best;
      }
    }
    if (!best.told) {
      return [];
    }
    const { string, from } = best;
    const start = string.lastIndexOf(" ", Math.max(0, from - NEAR / 4)) + 1;
    const end = `${string} `.indexOf(" ", Math.min(from + NEAR, string.length));
    return [make("small", "… ", ...marked(string.slice(start, end), terms), "\u00a0…")];
  };

  const result = ({ entry }, terms) => {
    const { element, kind, title, question } = entry;
    const about = [kind.name, question === title ? "" : text(question)].filter(Boolean);
    const link = make("a", markedCopy(title, terms), make("small", about.join(" · ")));
    link.append(...excerpt(entry, terms));
    link.href = `#${element.closest("[id]").id}`;
    return make("li", link);
  };

  // What to say when the page does not have all that was asked for.
  const remarks = (terms, found) => {
    const unknown = terms.filter((term) => !term.isKnown);
    const said = unknown.map(({ word, nearest }) =>
      nearest ? `Nothing has “${word}”; this is about “${nearest}”.` : `Nothing has “${word}”.`,
    );
    if (!found.length) {
      said.push("These are the questions:");
    } else if (!unknown.length && !found.some(({ isWhole }) => isWhole)) {
      said.push("Nothing has all of these words; first comes what has most.");
    }
    return said.join(" ");
  };

  const open = (isOpen) => {
    const isNew = isOpen && panel.hidden;
    panel.hidden = !isOpen;
    if (isNew) {
      panel.scrollIntoView({ block: "nearest" });
    }
  };

  const search = () => {
    const isAsked = input.value.trim() !== "";
    box.ariaBusy = String(isAsked && !isRead);
    if (!isAsked) {
      count.textContent = remark.textContent = "";
      list.replaceChildren();
      open(false);
      return;
    }
    if (!isRead) {
      return;
    }
    const { terms, found } = index.find(input.value);
    const best = found.filter(({ score }) => score >= LEAST * found[0].score).slice(0, MOST);
    const answers = index.entries.filter(({ entry }) => entry.kind.name === ANSWER);
    const shown = best.length ? best : answers;
    count.textContent = `${best.length || "nothing"} found`;
    remark.textContent = remarks(terms, found);
    list.replaceChildren(...shown.map((each) => result(each, terms)));
    panel.scrollTop = 0;
    open(true);
  };

  // The address tells what is asked, so that it can be shared, and one step back leads to it again.
  let timer = null;
  let before = ""; // the address of the place that the results stand over
  const asked = () => new URLSearchParams(location.hash.slice(1)).get("find");

  const tell = () => {
    clearTimeout(timer);
    const [query, isTold] = [input.value.trim(), asked() !== null];
    const go = (how, hash) => history[how](null, "", location.href.split("#")[0] + hash);
    if (!isTold) {
      before = location.hash;
    }
    if (query) {
      go(isTold ? "replaceState" : "pushState", `#${new URLSearchParams({ find: query })}`);
    } else if (isTold) {
      go("replaceState", before);
    }
  };

  const follow = () => {
    input.value = asked() ?? "";
    search();
    if (input.value) {
      input.focus();
    }
  };

  const step = (by) => {
    const links = [...list.querySelectorAll("a")];
    const to = links.indexOf(document.activeElement) + by;
    (links[Math.min(to, links.length - 1)] ?? input).focus();
  };

  const actions = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: () => {
      input.value = "";
      search();
      tell();
      input.focus();
    },
  };

  box.addEventListener("keydown", (event) => {
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    } else if (event.key === "Enter" && event.target === input) {
      list.querySelector("a")?.click();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isWritten = event.target.matches("textarea, input:not([type=checkbox], [type=radio])");
    const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "/" && isAlone && !isWritten) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
  input.addEventListener("input", () => {
    search();
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
  list.addEventListener("click", tell);
  box.addEventListener("focusin", () => open(list.childElementCount > 0));
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) {
      open(false);
    }
  });
  window.addEventListener("hashchange", follow);
  box.hidden = false;
  follow();
  inSlices(sources, take, () => box.ariaBusy === "true").then(() => {
    isRead = true;
    search();
  });
}
