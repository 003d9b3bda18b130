// Helps whoever fills in the form: keeps it as they type, marks text, and keeps
// a copy on the device if they say so. Without this script the buttons of the
// form do the same, and nothing is lost on the way.
"use strict";

const form = document.querySelector("form[data-draft]");
if (form) {
  keep(form);
  for (const field of form.querySelectorAll("textarea[data-marks]")) marks(form, field);
}
const faults = document.getElementById("faults");
if (faults) faults.focus();

function keep(form) {
  const says = form.dataset, status = form.querySelector("[data-status]");
  const box = form.querySelector("[data-keep]"), forget = form.querySelector("[data-forget]");
  const name = "draft " + form.getAttribute("action").replace(/^\/(?:..\/)?contribute\//, "");
  const patience = 2500; // milliseconds after the last key
  let timer = 0, sending = false, changed = false, asked = false;

  const answers = () => [...new FormData(form)].filter(([key]) => key !== "version");
  const first = JSON.stringify(answers());

  function here(change) {
    try {
      return change(localStorage);
    } catch {
      return null; // storage is off or full; the site still keeps the text
    }
  }

  // A copy that differs from what the site has is offered, never put in unasked.
  const copy = here((s) => s.getItem(name));
  box.checked = copy !== null;
  forget.hidden = copy === null;
  form.querySelector(".auto").hidden = false;
  if (copy !== null && copy !== first) {
    const offer = document.createElement("p");
    offer.className = "notice";
    const take = document.createElement("button");
    take.type = "button";
    take.className = "chip";
    take.textContent = says.take;
    take.addEventListener("click", () => {
      put(JSON.parse(copy));
      offer.remove();
      touched();
    });
    offer.append(says.found + " ", take);
    form.prepend(offer);
  }

  function put(pairs) {
    for (const field of form.querySelectorAll("[name]")) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = pairs.some(([k, v]) => k === field.name && v === field.value);
    }
    const seen = new Map();
    for (const [key, value] of pairs) {
      const fields = [...form.querySelectorAll(`[name="${CSS.escape(key)}"]`)].filter((f) => f.type !== "checkbox" && f.type !== "radio" && f.type !== "hidden" && f.type !== "submit");
      const at = seen.get(key) ?? 0;
      seen.set(key, at + 1);
      if (fields[at]) fields[at].value = value;
    }
  }

  function store() {
    here((s) => (box.checked ? s.setItem(name, JSON.stringify(answers())) : s.removeItem(name)));
    forget.hidden = !box.checked;
  }

  async function save() {
    if (sending || !changed || asked) return;
    sending = true;
    changed = false;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json; charset=utf-8" } });
      const said = await answer.json();
      if (answer.ok) {
        form.elements.version.value = said.version;
        if (said.faults) tell(said.faults);
        status.textContent = says.saved.replace("{time}", new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
      } else {
        status.textContent = said.said;
        changed = answer.status >= 500;
      }
    } catch {
      changed = true; // the line is gone; the text stays on the page
      status.textContent = says.unsaved;
    }
    sending = false;
    if (changed) again();
  }

  // What is wrong with a paragraph of a translation is said beside it.
  function tell(faults) {
    for (const field of form.querySelectorAll("textarea[name^='t.']")) {
      const wrong = faults[field.id] ?? "", place = document.getElementById(field.id + "-wrong");
      if (place.textContent !== wrong) place.textContent = wrong;
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const missing = form.querySelector(`label[for="${field.id}"] .missing`);
      if (missing) missing.hidden = field.value.trim() !== "";
    }
  }

  function again() {
    clearTimeout(timer);
    timer = setTimeout(save, patience);
  }

  function touched() {
    changed = true;
    if (box.checked) store();
    again();
  }

  form.addEventListener("input", (e) => (e.target === box ? store() : touched()));
  forget.addEventListener("click", () => {
    box.checked = false;
    store();
    box.focus();
  });
  // What the form itself sends is kept by the answer; a save under way would
  // only be in its way, so the button waits for it.
  form.addEventListener("submit", (e) => {
    asked = true;
    clearTimeout(timer);
    if (!sending) return;
    e.preventDefault();
    const button = e.submitter, wait = setInterval(() => {
      if (sending) return;
      clearInterval(wait);
      form.requestSubmit(button);
    }, 50);
  });
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

// marks puts the few marks of a text above its field, as buttons.
function marks(form, field) {
  const says = form.dataset;
  const bar = document.createElement("div");
  bar.className = "marks";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", says.marksLabel);
  bar.setAttribute("aria-controls", field.id);

  function put(from, to, text, begin, end) {
    field.setRangeText(text, from, to, "end");
    field.setSelectionRange(begin, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  // around puts signs round what is chosen.
  function around(before, after) {
    const from = field.selectionStart, to = field.selectionEnd, text = field.value.slice(from, to);
    put(from, to, before + text + after, from + before.length, from + before.length + text.length);
  }

  const actions = {
    bold: () => around("**", "**"),
    link() {
      const from = field.selectionStart, to = field.selectionEnd, text = field.value.slice(from, to);
      const address = "https://", at = from + text.length + 3;
      put(from, to, `[${text}](${address})`, at, at + address.length);
    },
    list() {
      const from = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1, to = field.selectionEnd;
      const text = field.value.slice(from, to).split("\n").map((l) => (l.startsWith("- ") ? l : "- " + l)).join("\n");
      put(from, to, text, from + text.length, from + text.length);
    },
    source() {
      const at = field.selectionEnd, used = [...form.querySelectorAll('[name^="sources."][name$=".title"]')].filter((f) => f.value).length;
      const text = `[${Math.max(used, 1)}]`;
      put(at, at, text, at + 1, at + text.length - 1);
    },
  };
  for (const name of ["bold", "list", "link", "source"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = says[name];
    button.tabIndex = bar.children.length ? -1 : 0;
    button.addEventListener("click", actions[name]);
    bar.append(button);
  }
  // One stop of the tab key; the arrows move within, as in any toolbar.
  bar.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const all = [...bar.children], forward = getComputedStyle(bar).direction === "rtl" ? -step : step;
    const next = all[(all.indexOf(document.activeElement) + forward + all.length) % all.length];
    for (const b of all) b.tabIndex = b === next ? 0 : -1;
    next.focus();
  });
  field.before(bar);
}
