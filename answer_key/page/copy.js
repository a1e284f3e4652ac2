// Under each proof stand a button that copies it as a script, which runs as it is, and one that
// copies what cites the claim. `scripts.py` says what a script is made of.
for (const key of document.querySelectorAll(".ak-guide")) {
  const { texts, source } = JSON.parse(key.querySelector(".ak-texts").textContent);
  const heard = document.createElement("p");
  heard.className = "ak-aside";
  heard.ariaLive = "polite";
  key.append(heard);

  const textOf = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".ak-label").forEach((each) => each.remove());
    return copy.textContent.trim();
  };
  const plain = (code) => code.replace(/\bpytest\.(\w+)/g, "$1");
  const indented = (line) => (line.trim() ? `    ${line}` : line);
  const idOf = (claim) => claim.id.replace("ak-", "").replaceAll("-", "::");

  const scriptOf = (claim) => {
    const [imports, standIns, [head], [call]] = claim.dataset.script
      .split(",")
      .map((group) => group.split(" ").filter(Boolean).map((number) => texts[number]));
    const helpers = [...claim.querySelectorAll(".ak-helper")].map((link) =>
      plain(textOf(document.getElementById(link.hash.slice(1)))),
    );
    const body = plain(textOf(claim.querySelector(".ak-code"))).split("\n").map(indented);
    const top = [`# ${textOf(claim.querySelector(".ak-sentence"))}`, `# ${idOf(claim)}`, "", ...imports];
    const pieces = [top.join("\n"), ...standIns, ...helpers, [head, ...body].join("\n"), call];
    return `${pieces.join("\n\n\n")}\n`;
  };

  const citationOf = (claim) => {
    const address = location.protocol === "file:" ? "" : ` ${location.href.split("#")[0]}#${claim.id}`;
    return `“${textOf(claim.querySelector(".ak-sentence"))}” ${source}, ${idOf(claim)}.${address}`;
  };

  const write = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // As on a page that came without encryption.
      const area = document.createElement("textarea");
      area.value = text;
      key.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  const button = (words, claim, make) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "ak-copy";
    made.textContent = words;
    made.ariaLabel = `${words} ${claim.querySelector(".ak-label").textContent}`;
    made.addEventListener("click", async () => {
      await write(make(claim));
      made.focus();
      heard.textContent = "";
      heard.textContent = `Copied ${claim.querySelector(".ak-label").textContent}`;
      made.textContent = "Copied";
      setTimeout(() => {
        made.textContent = words;
      }, 2000);
    });
    return made;
  };

  // A keyboard reaches what scrolls.
  const reach = (code) => {
    if (code.scrollWidth > code.clientWidth) {
      code.tabIndex = 0;
    } else {
      code.removeAttribute("tabindex");
    }
  };
  const measure = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)));

  const equip = (claim) => {
    measure.observe(claim.querySelector(".ak-code"));
    const row = document.createElement("p");
    row.className = "ak-copies";
    if (claim.dataset.script) {
      row.append(button("Copy the script", claim, scriptOf));
    }
    row.append(button("Cite", claim, citationOf));
    claim.querySelector(".ak-evidence").before(row);
  };

  // Claims get their buttons as they come near: all at once would take as long as the page.
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
        watch.unobserve(target);
        if (target.matches(".ak-claim")) {
          equip(target);
        } else {
          target.querySelectorAll(".ak-claim").forEach((claim) => watch.observe(claim));
          inSlices(target.querySelectorAll(".ak-code"), reach);
        }
      }
    },
    { rootMargin: "600px" },
  );
  key.querySelectorAll(".ak-question").forEach((question) => watch.observe(question));
  key.querySelectorAll(".ak-helpers .ak-code").forEach((code) => measure.observe(code));
  // What a fold hides has no width before it is opened.
  key.addEventListener(
    "toggle",
    ({ target }) => inSlices(target.querySelectorAll(".ak-claim .ak-code"), reach),
    true,
  );
}
