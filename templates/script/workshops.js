// Arrow keys for the projector view. Every step is a link that is there
// without this script; a decision point is opened before it is left.
"use strict";

const forwards = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
const backwards = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select")) return;
  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (!link) return;
    e.preventDefault();
    link.click();
  };
  switch (e.key) {
    case forwards:
    case "PageDown": {
      const hidden = document.querySelector("details.then:not([open])");
      if (hidden) {
        e.preventDefault();
        hidden.open = true;
      } else follow("a[rel=next]");
      break;
    }
    case backwards:
    case "PageUp":
      follow("a[rel=prev]");
      break;
    case "Escape":
      follow("a.leave");
  }
});

// The link to one's own workshop is remembered until the window is closed, so
// that entries go into it without being pasted. It never leaves this browser.
const kept = "workshop";
const edited = document.querySelector("form[data-keep]");
const asked = document.querySelector("input[data-mine]");
try {
  if (edited) sessionStorage.setItem(kept, edited.dataset.keep);
  if (asked && !asked.value) asked.value = sessionStorage.getItem(kept) ?? "";
} catch {
  // A browser that keeps nothing asks for the link.
}
