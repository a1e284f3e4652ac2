// What changed from one release to another, any two of one axis, as `answer-key compare` tells it.
// The address has the choice: #from=2.15&to=2.16. Without this script each step is told.
for (const page of document.querySelectorAll(".ak:has(.ak-chosen)")) {
  const [form, result] = [page.querySelector(".ak-choose"), page.querySelector(".ak-chosen")];
  const sets = [...form.querySelectorAll("fieldset")];
  const { texts, pairs } = JSON.parse(result.dataset.told);
  const rest = page.querySelector(".ak-untold").content.querySelectorAll("[data-n]");
  const items = new Map();
  for (const item of [...rest, ...page.querySelectorAll("[data-n]")]) {
    items.set(Number(item.dataset.n), item);
  }

  const make = (name, ...children) => {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  };
  const heading = (name, text) => {
    const element = make(name, text);
    element.className = "ak-heading";
    return element;
  };
  // A text in which `code` is marked
  const marked = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", part) : part));

  const told = ([old, now, compared, causes]) => [
    make("p", `${texts[old]} → ${texts[now]}: ${compared} claims compared.`),
    ...causes.flatMap(([cause, undone, gravity]) => [
      heading("h3", texts[cause]),
      ...(texts[undone] ? [make("p", ...marked(texts[undone]))] : []),
      ...gravity.flatMap(([name, numbers]) => [
        heading("h4", `${texts[name]} (${numbers.length})`),
        make("ul", ...numbers.map((number) => items.get(number).cloneNode(true))),
      ]),
    ]),
    ...(causes.length ? [] : [make("p", "Nothing that these claims see.")]),
  ];

  // Choose in an axis's two boxes; only what comes later can be gone to.
  const choose = (set, from, to) => {
    const [olds, news] = set.querySelectorAll("select");
    olds.value = from;
    const first = [...news.options].findIndex((option) => option.value === from);
    [...news.options].forEach((option, at) => {
      option.disabled = at <= first;
    });
    news.value = to;
    if (news.selectedIndex <= first) {
      news.selectedIndex = first + 1;
    }
    return [olds, news];
  };

  const show = () => {
    const choice = new URLSearchParams(location.hash.slice(1));
    const [from, to] = [choice.get("from"), choice.get("to") ?? ""];
    page.classList.toggle("ak-is-chosen", from !== null);
    if (from === null) {
      openProof();
      return;
    }
    const comparison = pairs[from]?.[to];
    const set = sets.find((each) =>
      [from, to].every((name) => each.querySelector(`option[value="${CSS.escape(name)}"]`)),
    );
    if (!comparison || !set) {
      const names = Object.keys(pairs).join(", ");
      const problem = `It is not known what changed from ${from} to ${to}; go from one of ${names}.`;
      result.replaceChildren(make("p", problem));
      return;
    }
    const [one, other] = choose(set, from, to).map((box) => box.selectedOptions[0].text);
    const axis = set.querySelector("legend").textContent;
    result.replaceChildren(
      heading("h2", `What changed from ${axis} ${one} to ${other}`),
      ...told(comparison),
    );
    const count = result.querySelectorAll("li").length;
    form.querySelector("output").value = `${count} ${count === 1 ? "change" : "changes"}`;
  };

  const openProof = () => {
    form.querySelector("output").value = "";
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const proof = row?.nextElementSibling?.querySelector(".ak-row-proof details");
    if (proof) {
      proof.open = true;
    }
  };

  for (const set of sets) {
    const chosen = () => choose(set, ...[...set.querySelectorAll("select")].map((box) => box.value));
    chosen();
    set.addEventListener("change", () => {
      const [from, to] = chosen();
      location.hash = new URLSearchParams({ from: from.value, to: to.value });
    });
  }
  form.hidden = false;
  window.addEventListener("hashchange", show);
  show();
}
