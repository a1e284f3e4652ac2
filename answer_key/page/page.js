// The find box: shows the items (claims, or rows) that contain every word typed. Without this script it stays hidden.
for (const key of document.querySelectorAll(".ak")) {
  const box = key.querySelector(".ak-find");
  const [input, count] = [box.querySelector("input"), box.querySelector("small")];
  const items = [...key.querySelectorAll(".ak-item")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
  }));

  const find = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { element, text } of items) {
      element.hidden = !words.every((word) => text.includes(word));
      found += !element.hidden;
    }
    for (const part of key.querySelectorAll(".ak-group")) {
      part.hidden = !part.querySelector(".ak-item:not([hidden])");
    }
    for (const rest of key.querySelectorAll(".ak-rest")) {
      rest.hidden = words.length > 0;
    }
    key.classList.toggle("ak-finding", words.length > 0);
    key.querySelector(".ak-nothing").hidden = found > 0;
    count.textContent = words.length ? `${found} of ${items.length}` : "";
  };

  // A link to a claim that the words hide shows it again.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.closest("[hidden]")) {
      input.value = "";
      find();
      target.scrollIntoView();
    }
  });
  input.addEventListener("input", find);
  box.hidden = false;
}
