/**
 * All the script of the page: a theme switch, contents that show where one is, folds that open for a link into them,
 * and tooltips for what pictures say of themselves. Without it the page
 * loses nothing but these, since every number is in a table too.
 */
export const script = `
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.createElement("button");
  button.className = "theme";
  button.type = "button";
  const shown = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const say = () => { button.textContent = shown() === "dark" ? "Light" : "Dark"; };
  button.addEventListener("click", () => { root.dataset.theme = shown() === "dark" ? "light" : "dark"; say(); });
  dark.addEventListener("change", say);
  say();
  document.body.prepend(button);

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) if (part.localName === "details") part.open = true;
    target.querySelectorAll(":scope > details.fold").forEach((part) => { part.open = true; });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal();
  });
  reveal();

  const links = [...document.querySelectorAll("nav a")];
  const places = links.map((link) => document.getElementById(link.hash.slice(1)));
  const here = () => {
    const at = places.findLastIndex((place) => place && place.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link, i) => {
      if (i === Math.max(0, at)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    const nav = links[0]?.parentElement;
    const current = links[Math.max(0, at)];
    if (nav && current && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = current.offsetLeft - 60;
  };
  addEventListener("scroll", here, { passive: true });
  addEventListener("resize", here);
  here();

  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };
  let current;
  const show = (mark) => {
    current = mark;
    tip.textContent = mark.dataset.tip;
    tip.hidden = false;
    const at = mark.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8);
    const above = at.top - own.height - 10;
    tip.style.left = left + "px";
    tip.style.top = (above > 8 ? above : at.bottom + 10) + "px";
  };
  for (const mark of document.querySelectorAll("[data-tip]")) {
    mark.setAttribute("tabindex", "0");
    mark.querySelector("title")?.remove();
    mark.addEventListener("pointerenter", () => show(mark));
    mark.addEventListener("focus", () => show(mark));
    mark.addEventListener("pointerleave", hide);
    mark.addEventListener("blur", hide);
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", () => { if (!tip.hidden) show(current); }, { passive: true });
})();
`.trim();
