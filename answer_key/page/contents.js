// The contents: which part of the answer one reads.
for (const key of document.querySelectorAll(".ak-guide")) {
  const nav = key.querySelector(".ak-nav");
  const parts = [...key.querySelectorAll(".ak-part")];
  const links = new Map([...nav.querySelectorAll("ul a")].map((link) => [link.hash, link]));
  const inSight = new Set();

  const mark = () => {
    const here = parts.find((part) => inSight.has(part));
    for (const [hash, link] of links) {
      set(link, "ariaCurrent", here && hash === `#${here.id}` ? "location" : null);
      if (link.ariaCurrent) {
        const [top, bottom] = [link.offsetTop, link.offsetTop + link.offsetHeight];
        if (top < nav.scrollTop || bottom > nav.scrollTop + nav.clientHeight) {
          nav.scrollTop = top - nav.clientHeight / 2;
        }
      }
    }
  };
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        inSight[isIntersecting ? "add" : "delete"](target);
      }
      mark();
    },
    { rootMargin: "-90px 0px -60% 0px" }, // below the bar, in the upper part of the window
  );
  parts.forEach((part) => watch.observe(part));
  nav.addEventListener("click", (event) => {
    if (event.target.closest("a") && nav.matches(":popover-open")) {
      nav.hidePopover();
    }
  });
}
