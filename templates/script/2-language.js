// A quiet line that offers this page in the first language of the reader's
// browser, when the page is in another. It never leads anywhere by itself, and
// whoever closes it or chooses a language is not asked again. Without this
// script the switch of languages does the same job.
"use strict";

const asked = "language-asked"; // in the browser's own store; no server reads it

function remember() {
  try {
    localStorage.setItem(asked, "yes");
  } catch {
    // A browser that stores nothing offers again on the next page.
  }
}

function remembered() {
  try {
    return localStorage.getItem(asked) === "yes";
  } catch {
    return false;
  }
}

// preferred is the switch to the first of the reader's languages that is
// offered: the same tag, or the same language of another country.
function preferred(links) {
  for (const wanted of navigator.languages) {
    for (const tag of [wanted, wanted.split("-")[0]]) {
      const link = links.find((l) => l.hreflang.toLowerCase() === tag.toLowerCase());
      if (link) return link;
    }
  }
  return null;
}

async function offer(link, below) {
  const answer = await fetch(below.dataset.offers);
  if (!answer.ok) return;
  const words = (await answer.json())[link.hreflang];
  const line = document.createElement("p");
  line.className = "offer";
  line.lang = link.hreflang;
  line.dir = words.dir;
  const way = document.createElement("a");
  way.href = link.href;
  way.hreflang = link.hreflang;
  way.textContent = words.said;
  way.addEventListener("click", remember);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = words.close;
  close.addEventListener("click", () => {
    remember();
    line.remove();
  });
  line.append(way, " ", close);
  below.after(line);
}

const switches = document.querySelector(".langs");
if (switches) {
  const links = [...switches.querySelectorAll("a")];
  for (const link of links) link.addEventListener("click", remember);
  const link = preferred(links);
  if (link && !link.hasAttribute("aria-current") && !remembered()) {
    offer(link, switches).catch(() => {}); // the line is gone; the switch is still there
  }
}
