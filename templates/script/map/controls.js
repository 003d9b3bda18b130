// The buttons, and the word on how to zoom with the wheel. Where the map shows
// all that it has, "out" and "all" lead to the larger map, as the links of the
// server do that they stand for.
export function controls(map) {
  const { figure, say } = map;
  let bar = figure.querySelector(".zoom");
  if (!bar) {
    bar = document.createElement("nav");
    bar.className = "zoom";
    bar.setAttribute("aria-label", say.zoom);
    figure.append(bar);
  }
  const [further, all] = [...bar.querySelectorAll("a")].map((a) => a.href);
  const button = (text, label, act) => {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    if (label !== text) b.setAttribute("aria-label", label);
    b.addEventListener("click", () => { if (b.getAttribute("aria-disabled") !== "true") act(); });
    return b;
  };
  const go = (url) => { location.href = url; };
  const whole = () => map.at.k <= 1;
  const nearer = button("+", say.in, () => map.by(2));
  const farther = button("−", say.out, () => whole() ? go(further) : map.by(0.5));
  const everything = button(say.all, say.all, () => whole() ? go(all) : map.whole());
  bar.replaceChildren(nearer, farther, everything);

  const hint = document.createElement("p");
  hint.className = "hint";
  hint.textContent = say.wheel;
  hint.hidden = true;
  figure.append(hint);
  let timer = 0;

  const update = () => {
    nearer.setAttribute("aria-disabled", map.at.k >= map.most);
    farther.setAttribute("aria-disabled", whole() && !further);
    everything.setAttribute("aria-disabled", whole() && !all);
  };
  update();
  return {
    update,
    hint() {
      hint.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(() => { hint.hidden = true; }, 1600);
    },
  };
}
