// The list of a pack that is opened from a disk. All entries stand in the page;
// this shows those that the address asks for, in its order, as the server would
// (packsearch.js finds them). Filters, chips and orders are links and forms, so
// that going back works, and without this script the list is whole.
"use strict";

const page = document.querySelector("[data-pack]");
const pack = openDoorSearch(openDoorIndex);
const say = JSON.parse(page.dataset.pack);
const asks = new URLSearchParams(location.search);
const text = asks.get("q") ?? "";
const lang = document.documentElement.lang;
const perPage = 20;

const digits = (n) => String(n).replace(/\d/g, (d) => say.digits[d]);
const tell = (forms, n, more = {}) => Object.entries({ n, ...more }).reduce((s, [name, value]) => s.replaceAll(`{${name}}`, digits(value)),
  forms[n === 0 && forms.zero ? "zero" : new Intl.PluralRules(lang).select(n)] ?? forms.other);

// ---------- what is found ----------

const groups = [...pack.columns.keys()].filter((g) => asks.has(g));
const passes = (row, but) => groups.every((g) => g === but || asks.getAll(g).some((value) => pack.columns.get(g).get(value)?.[row]));
const cards = new Map();
const list = page.querySelector("ol.cards");
const rows = list.dataset.rows.split(" ").map(Number);
rows.forEach((row, i) => cards.set(row, list.children[i]));

const answer = pack.search(text, lang);
const matched = answer.rows ?? rows;
const sort = asks.get("sort") ?? (answer.rows ? "best" : "evidence");
const orders = { ...pack.orders, title: pack.alphabets[lang]?.[0], country: pack.alphabets[lang]?.[1] };
let found = matched.filter((row) => passes(row));
if (orders[sort] && !(sort === "evidence" && !answer.rows)) {
  const place = new Map(orders[sort].map((row, i) => [row, i]));
  found = found.toSorted((a, b) => place.get(a) - place.get(b));
}
const shown = new Set(found);

// ---------- what is shown ----------

const field = document.querySelector("#q");
field.value = text;
document.querySelector("#tally").textContent = tell(say.tally, found.length, { of: rows.length });
for (const card of cards.values()) card.hidden = true;
list.replaceChildren(...found.map((row) => cards.get(row)));
const more = document.querySelector("#more");
let upTo = 0;
const show = () => {
  const first = upTo;
  upTo += perPage;
  found.slice(first, upTo).forEach((row) => (cards.get(row).hidden = false));
  const left = found.length - upTo;
  more.hidden = left <= 0;
  more.textContent = tell(say.more, Math.max(0, Math.min(left, perPage)));
  return cards.get(found[first]);
};
show();
more.addEventListener("click", () => show()?.querySelector("a")?.focus());

const note = page.querySelector(".note");
const notes = answer.corrected.map(([typed, as]) => say.corrected.replace("{typed}", typed).replace("{as}", as));
if (answer.relaxed && found.length) notes.push(say.relaxed);
if (!found.length) notes.push(say.none);
note.textContent = notes.join(" ");
note.hidden = !notes.length;

// Words that were typed are marked, by how they begin.
const words = (answer.words ?? []).filter((w) => w.length > 2).map((w) => w.slice(0, Math.max(3, w.length - 2)));
if (words.length)
  for (const row of found.slice(0, 3 * perPage))
    for (const place of cards.get(row).querySelectorAll("h3 a, .gist")) {
      const pieces = place.textContent.split(/([\p{L}\p{M}\p{N}]+)/u);
      place.replaceChildren(...pieces.map((s) => {
        if (!words.some((w) => pack.fold(s).startsWith(w))) return s;
        const mark = document.createElement("mark");
        mark.textContent = s;
        return mark;
      }));
    }

// ---------- filters ----------

const link = (change) => {
  const to = new URLSearchParams(asks);
  change(to);
  const query = to.toString();
  return location.pathname.split("/").at(-1) + (query ? "?" + query : "");
};
const filters = page.querySelector(".facets form");
filters.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
for (const name of ["q", "sort"])
  if (asks.get(name)) filters.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: asks.get(name) }));
const chips = page.querySelector(".chips.chosen");
for (const box of filters.querySelectorAll("input[type=checkbox]")) {
  box.checked = asks.getAll(box.name).includes(box.value);
  const has = pack.columns.get(box.name)?.get(box.value);
  const n = matched.filter((row) => has?.[row] && passes(row, box.name)).length;
  const label = box.closest("label"), count = label.querySelector("small");
  count.textContent = digits(n);
  label.classList.toggle("none", !n);
  if (!box.checked) continue;
  box.closest("details").open = true;
  const name = [...label.childNodes].filter((c) => c !== count && c !== box).map((c) => c.textContent).join("").trim();
  const chip = document.createElement("a");
  chip.className = "chip on";
  chip.textContent = name;
  chip.setAttribute("aria-label", say.remove.replace("{label}", name));
  chip.href = link((to) => to.delete(box.name, box.value));
  chips.lastElementChild.before(chip, " ");
  chips.hidden = false;
}
chips.lastElementChild.href = link((to) => groups.forEach((g) => to.delete(g)));
filters.addEventListener("change", () => filters.requestSubmit());
for (const a of page.querySelectorAll(".sorts a")) {
  const by = new URL(a.href).searchParams.get("sort") ?? "evidence";
  a.href = link((to) => to.set("sort", by));
  a.hidden = by === "best" && !answer.rows;
  if (by === sort) a.setAttribute("aria-current", "true");
}
// Other pages of the pack stay what they are; the same list in another language
// keeps its question.
for (const a of document.querySelectorAll(".langs a")) a.search = asks.toString();
// The search box keeps the filters.
for (const g of [...groups, "sort"])
  for (const value of asks.getAll(g)) field.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: g, value }));

// ---------- the map ----------

for (const spot of page.querySelectorAll(".dot[data-rows]")) spot.toggleAttribute("hidden", !spot.dataset.rows.split(" ").some((row) => shown.has(+row)));
for (const area of page.querySelectorAll("a[data-code]")) {
  const has = pack.columns.get("country").get(area.dataset.code);
  const n = found.filter((row) => has?.[row]).length;
  area.setAttribute("class", ["m0", "m1", "m2", "m3", "m4"][[1, 3, 6, 15].filter((least) => n >= least).length]);
}
