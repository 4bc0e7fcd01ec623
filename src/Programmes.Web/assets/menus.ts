// Menus and confirmations are <details>, which open and close by themselves. Scripts only add what one expects of a menu:
// Escape and a click elsewhere close it.
const openMenus = "details[data-menu][open]";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(openMenus))
    if (!menu.contains(event.target as Node)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(openMenus)) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary")?.focus();
  }
});

// Toggle events do not bubble, but they can be caught on the way down.
document.addEventListener("toggle", ({ target: menu }) => {
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches(openMenus)) return;
  menu.classList.remove("flip");
  const panel = menu.querySelector(":scope > :not(summary)");
  if (panel && panel.getBoundingClientRect().right > document.documentElement.clientWidth) menu.classList.add("flip");
}, { capture: true });

// One place to print from that needs no inline script.
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});
