// Finer outlines, fetched once each when the map is near enough to show them.
// All land changes at once: levels never mix, or borders would gape.
const levels = [{ name: "fine", below: 0.6 }, { name: "mid", below: 3 }]; // map units in a pixel
const order = ["low", "mid", "fine"];

export function outlines(map) {
  const { figure, stage, svg } = map;
  let now = svg.dataset.level, asked = new Set();

  function put(level, file) {
    const drawn = new Set();
    for (const a of stage.querySelectorAll("a[data-code]")) {
      const d = file.countries[a.dataset.code];
      if (!d) continue;
      drawn.add(a.dataset.code);
      a.querySelector("path").setAttribute("d", d);
    }
    const rest = Object.entries(file.countries).filter(([code]) => !drawn.has(code)).map(([, d]) => d);
    stage.querySelector(".land")?.setAttribute("d", rest.join("") + file.land);
    stage.querySelector(".unsettled")?.setAttribute("d", file.unsettled);
    svg.dataset.level = now = level;
  }

  return async () => {
    const px = map.unit / map.at.k;
    const level = levels.find((l) => px < l.below)?.name;
    // Who asks for less data gets less.
    if (!level || order.indexOf(level) <= order.indexOf(now) || asked.has(level) || navigator.connection?.saveData) return;
    asked.add(level);
    try {
      const answer = await fetch(figure.dataset[level]);
      if (!answer.ok) return;
      const file = await answer.json();
      if (order.indexOf(level) > order.indexOf(now)) put(level, file);
    } catch {
      asked.delete(level); // the line is gone; the next move asks again
    }
  };
}
