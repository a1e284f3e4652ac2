// The report's own results first, the key after them; what pytest-html does not say of its page.
document.documentElement.lang = "en";
const viewport = document.createElement("meta");
viewport.name = "viewport";
viewport.content = "width=device-width, initial-scale=1";
document.head.append(viewport);

document.addEventListener("DOMContentLoaded", () => {
  const main = document.createElement("main");
  main.append(...document.querySelectorAll("body > :not(footer, template)"));
  document.body.prepend(main);
  const key = document.querySelector(".ak-folded-key");
  main.querySelector("h1").after(document.querySelector(".ak-bar"));
  main.append(key);
  for (const box of document.querySelectorAll(".filters input")) {
    const [label, text] = [document.createElement("label"), box.nextElementSibling];
    box.before(label);
    label.append(box, text);
  }
  for (const list of document.querySelectorAll("#environment ul > ul:empty")) {
    list.remove();
  }
  // A link into the key opens it, and so does one to its quiz or to what is found in it.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (key.contains(target) || /^#(quiz|find)=/.test(location.hash)) {
      key.open = true;
      (target ?? key).scrollIntoView();
    }
  };
  window.addEventListener("hashchange", open);
  open();
});
