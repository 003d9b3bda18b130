// Circles that split as the map comes nearer. At its first size those of the
// server stand; beyond it the places are gathered anew for each doubling.
import Supercluster from "supercluster";
import { svgElement } from "./svg.js";
import { counted, digits } from "./voice.js";

const across = 10000; // map units, of the whole sphere
const apart = 28; // pixels: circles nearer than this become one
const dot = 5.5; // pixels

// supercluster thinks in degrees of a Mercator map; these make ours of it and
// back, so that it gathers what is near on our map.
const toDegrees = ({ x, y }) => [x / across * 360 - 180, Math.atan(Math.sinh(Math.PI * (1 - 2 * y / across))) * 180 / Math.PI];

export function places(map) {
  const group = svgElement("g");
  let index = null, level = 0, shown = [];

  function load() {
    const { places } = map.data;
    index = new Supercluster({ radius: apart, extent: across / map.unit, maxZoom: Math.ceil(Math.log2(map.most)) });
    index.load(places.map((p) => ({ geometry: { coordinates: toDegrees(p) }, properties: { place: p } })));
    for (const circle of map.stage.querySelectorAll("a.dot")) {
      circle.addEventListener("click", (e) => approach(e, heldBy(circle)));
    }
    map.stage.append(group);
    level = 0;
  }

  // heldBy gives the places that a circle of the server stands for: those that
  // have no other circle nearer.
  function heldBy(circle) {
    const where = (a) => /translate\(([\d.-]+) ([\d.-]+)\)/.exec(a.querySelector("[transform]").getAttribute("transform")).slice(1).map(Number);
    const others = [...map.stage.querySelectorAll("a.dot")].filter((a) => !group.contains(a)).map((a) => ({ a, at: where(a) }));
    const far = (p, { at }) => Math.hypot(p.x - at[0], p.y - at[1]);
    return map.data.places.filter((p) => others.reduce((best, o) => far(p, o) < far(p, best) ? o : best).a === circle);
  }

  // approach zooms to the places of a circle instead of following its link,
  // where zooming can part them and the reader has not asked for a new tab.
  function approach(e, held) {
    const xs = held.map((p) => p.x), ys = held.map((p) => p.y);
    const box = { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
    const wide = Math.max(box.x1 - box.x0, box.y1 - box.y0);
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || map.at.k >= map.most || wide * map.most < apart * map.unit) return;
    e.preventDefault();
    map.show(box);
  }

  // clusters are what to draw at a level: the place with the most stands for
  // those around it, as on the server.
  function clusters(z) {
    return index.getClusters([-180, -90, 180, 90], z).map(({ properties: p }) => {
      const held = p.cluster ? index.getLeaves(p.cluster_id, Infinity).map((l) => l.properties.place) : [p.place];
      const chief = held.reduce((a, b) => b.entries.length > a.entries.length ? b : a);
      return { held, chief, entries: [...new Set(held.flatMap((h) => h.entries))] };
    }).sort((a, b) => a.chief.x - b.chief.x || a.chief.y - b.chief.y);
  }

  function link(c) {
    const n = c.entries.length, [url, title] = map.data.entries[c.entries[0]];
    const countries = new Set(c.held.map((p) => p.country));
    const label = n === 1 ? counted(map, "dot", 1, { place: c.chief.name, title }) : counted(map, "near", n, { place: c.chief.name });
    const to = n === 1 ? url : countries.size === 1 && c.chief.url ? c.chief.url : map.data.list;
    c.r = n === 1 ? dot : 11 + Math.min(7, 1.6 * Math.sqrt(n));
    const mark = svgElement("g", { transform: `translate(${c.chief.x} ${c.chief.y})scale(${map.unit})` }, svgElement("circle", { r: c.r }));
    if (n > 1) mark.append(svgElement("text", { dy: ".36em" }, digits(map, n)));
    const a = svgElement("a", { class: "dot", href: to }, svgElement("title", {}, label), mark);
    if (c.held.length > 1) a.addEventListener("click", (e) => approach(e, c.held));
    c.node = a;
    return a;
  }

  return {
    load,
    shown: () => shown,
    draw() {
      const z = Math.floor(Math.log2(map.at.k) + 0.01);
      if (!index || z === level) return;
      const before = [...map.stage.querySelectorAll("a.dot")].find((a) => a === document.activeElement);
      const held = before && (shown.find((c) => c.node === before)?.held ?? heldBy(before));
      level = z;
      shown = z > 0 ? clusters(z) : [];
      group.replaceChildren(...shown.map(link));
      map.figure.classList.toggle("parted", z > 0);
      if (!held?.length) return;
      // The focus goes to the circle that now has the place.
      const next = z > 0 ? shown.find((c) => c.held.includes(held[0])).node : [...map.stage.querySelectorAll("a.dot")].find((a) => heldBy(a).includes(held[0]));
      next?.focus({ preventScroll: true });
    },
  };
}
