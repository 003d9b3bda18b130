// Names of places and countries for a map that has come nearer: those that
// find room, countries first, then the fullest places. What is unnamed here is
// named in the list.
import { svgElement } from "./svg.js";

const size = 12; // pixels
const rightToLeft = /[\u0590-\u08ff]/;

export function names(map) {
  const group = svgElement("g", { "aria-hidden": "true" });
  let drawn = "";
  return {
    draw(circles) {
      const { k } = map.at, px = map.unit / k;
      const key = circles.length ? Math.round(Math.log2(k) * 4) : 0;
      if (key === drawn) return;
      drawn = key;
      group.replaceChildren();
      if (!circles.length) return;
      const taken = circles.map(({ chief: { x, y }, r }) => ({ x0: x - r * px, y0: y - r * px, x1: x + r * px, y1: y + r * px }));
      const meets = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
      const put = (text, kind, x, y, anchor) => {
        const rtl = rightToLeft.test(text), w = text.length * (rtl ? 5.8 : 6.9) * px;
        const x0 = anchor === "middle" ? x - w / 2 : anchor === "end" ? x - w : x;
        const box = { x0: x0 - px, y0: y - 0.8 * size * px, x1: x0 + w + px, y1: y + 0.3 * size * px };
        if (taken.some((t) => meets(t, box))) return false;
        taken.push(box);
        const swapped = { start: "end", middle: "middle", end: "start" }[anchor];
        group.append(svgElement("text", {
          class: kind, transform: `translate(${x} ${y})scale(${map.unit})`, "text-anchor": rtl ? swapped : anchor, direction: rtl ? "rtl" : "",
        }, text));
        return true;
      };
      for (const c of map.data.countries) {
        if (c.name.length * 6 * px < c.wide) put(c.name, "state", c.x, c.y + 0.35 * size * px, "middle");
      }
      for (const { chief: { x, y, name }, r } of circles.toSorted((a, b) => b.entries.length - a.entries.length)) {
        const gap = (r + 4) * px, low = 0.35 * size * px;
        put(name, "town", x + gap, y + low, "start") || put(name, "town", x - gap, y + low, "end")
          || put(name, "town", x, y - gap, "middle") || put(name, "town", x, y + gap + 2 * low, "middle");
      }
      map.stage.insertBefore(group, map.stage.lastChild);
    },
  };
}
