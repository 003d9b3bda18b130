// Keys for the queue: j and k go down and up, Enter opens, as it does on any
// link. Without this script everything is reached by Tab.
"use strict";

const links = [...document.querySelectorAll("[data-queue] h2 a")];
addEventListener("keydown", event => {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? links[step > 0 ? 0 : links.length - 1] : links[at + step];
  next?.focus();
});
