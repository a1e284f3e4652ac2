// The find box of the releases page: the rows that contain every word typed. Without this script all
// rows are shown.
for (const page of document.querySelectorAll(".ak")) {
  const all = (selector) => [...page.querySelectorAll(selector)];
  const box = page.querySelector(".ak-find");
  const [input, count] = [box.querySelector("input"), box.querySelector("small")];
  const [items, groups, rests] = [all(".ak-item"), all(".ak-group"), all(".ak-rest")];

  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isFinding = words.length > 0;
    let found = 0;
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      found += !item.hidden;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector(".ak-item:not([hidden])");
    }
    for (const rest of rests) {
      rest.hidden = isFinding;
    }
    page.classList.toggle("ak-finding", isFinding);
    page.querySelector(".ak-nothing").hidden = found > 0;
    count.textContent = isFinding ? `${found} of ${items.length}` : "";
  });
  box.hidden = false;
}
