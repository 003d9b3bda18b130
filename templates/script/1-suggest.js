// Suggestions under the search box, after the ARIA combobox pattern: the box
// keeps the focus, arrow keys move through the list, Enter follows, Escape
// closes. Without this script the box is a plain form that does the same job.
"use strict";

const box = document.querySelector("input[data-suggest]");
if (box) combobox(box);

function combobox(box) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "away";
  status.setAttribute("role", "status");
  box.after(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id], ["autocomplete", "off"]]) {
    box.setAttribute(name, value);
  }

  const patience = 120; // milliseconds after the last key, so that a word is asked for once
  let timer = 0, asked = "", chosen = -1, request = null;

  function close() {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function follow() {
    location.href = list.children[chosen].dataset.url;
  }

  function choose(i) {
    const options = list.children;
    if (!options.length) return;
    chosen = (i + options.length + 1) % (options.length + 1); // one place more: the box itself
    for (let n = 0; n < options.length; n++) options[n].setAttribute("aria-selected", n === chosen);
    if (chosen < options.length) {
      box.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    } else {
      chosen = -1;
      box.removeAttribute("aria-activedescendant");
    }
  }

  function show(found, text) {
    list.dataset.for = text;
    list.replaceChildren(...found.map((s, i) => {
      const option = document.createElement("li");
      option.id = "suggestion-" + i;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = s.url;
      const words = document.createElement("bdi");
      words.textContent = s.text;
      const kind = document.createElement("small");
      kind.textContent = s.n ? s.kind + " " + s.n : s.kind;
      option.append(words, " ", kind);
      return option;
    }));
    chosen = -1;
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(found.length > 0));
    box.removeAttribute("aria-activedescendant");
    status.textContent = box.dataset.label + ": " + found.length.toLocaleString(document.documentElement.lang);
  }

  async function ask() {
    const text = box.value.trim();
    if (text === asked) return;
    asked = text;
    request?.abort();
    if (text.length < 2 && !/\p{Script=Han}/u.test(text)) return close();
    request = new AbortController();
    try {
      const answer = await fetch(box.dataset.suggest + "?q=" + encodeURIComponent(text), { signal: request.signal });
      if (answer.ok && box.value.trim() === text) show(await answer.json(), text);
    } catch {
      close(); // the line is gone or a newer question is under way; the form still works
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, patience);
  });
  box.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !list.hidden) {
      e.preventDefault();
      close();
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      if (list.hidden) return;
      e.preventDefault();
      choose(e.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? list.children.length - 1 : chosen - 1);
    } else if (e.key === "Enter" && chosen >= 0) {
      e.preventDefault();
      follow();
    }
  });
  box.form.addEventListener("submit", (e) => {
    if (chosen < 0) return;
    e.preventDefault();
    follow();
  });
  list.addEventListener("mousedown", (e) => e.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (e) => {
    const option = e.target.closest("[role=option]");
    if (option) location.href = option.dataset.url;
  });
  box.addEventListener("blur", close);
}
