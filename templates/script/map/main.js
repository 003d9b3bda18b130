// The map in motion: pan, pinch, zoom and circles that split, on the figure
// that the server drew. Everything it shows is in the page already; what it
// fetches, places one by one and finer outlines, is a luxury, and where that
// does not come the figure stays as it is.
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import "d3-transition";
import { controls } from "./controls.js";
import { keepFocusInSight, keys } from "./keys.js";
import { names } from "./names.js";
import { outlines } from "./outlines.js";
import { places } from "./places.js";
import { svgElement } from "./svg.js";
import { voice } from "./voice.js";

const nominal = 860; // pixels across, for which the server drew
const closest = 12; // pixels of a map unit, beyond which there is nothing to see

const figure = document.querySelector("figure.map[data-say]");
if (figure) start(figure);

function start(figure) {
  const frame = figure.querySelector(".pan");
  const svg = frame.querySelector("svg");
  const { x, y, width, height } = svg.viewBox.baseVal;
  const corners = [[x, y], [x + width, y + height]];
  const unit = width / nominal;
  const most = Math.max(4, Math.min(400, closest * unit));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // Where the map is wider than the screen, its middle says more than its edge.
  if (!frame.scrollLeft) frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;

  const focused = document.activeElement;
  const stage = svgElement("g");
  stage.append(...svg.childNodes);
  svg.append(stage);
  if (stage.contains(focused)) focused.focus({ preventScroll: true });

  const map = {
    figure, frame, svg, stage, unit, most, say: JSON.parse(figure.dataset.say), at: zoomIdentity, data: null,
    // view is the part of the map that is in sight.
    view: () => ({ x0: (x - map.at.x) / map.at.k, y0: (y - map.at.y) / map.at.k, x1: (x + width - map.at.x) / map.at.k, y1: (y + height - map.at.y) / map.at.k }),
    by: (factor) => behaviour.scaleBy(moving(), factor),
    pan: (across, down) => behaviour.translateBy(moving(), across * width / map.at.k, down * height / map.at.k),
    whole: () => behaviour.transform(moving(), zoomIdentity),
    // show brings a part of the map into sight, twice as near at least.
    show(box) {
      const k = Math.min(most, Math.max(map.at.k * 2, 0.6 / Math.max((box.x1 - box.x0) / width, (box.y1 - box.y0) / height)));
      behaviour.transform(moving(), zoomIdentity.translate(x + width / 2, y + height / 2).scale(k).translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2));
    },
  };
  const moving = () => calm.matches ? select(svg) : select(svg).transition().duration(250);

  const bar = controls(map);
  const speak = voice(map);
  const circles = places(map);
  const words = names(map);
  const detail = outlines(map);
  let frameAsked = 0;

  // Marks and words keep their size while the land grows.
  const scaled = /scale\(([\d.]+)\)$/;
  function draw() {
    frameAsked = 0;
    const { k, x, y } = map.at;
    stage.setAttribute("transform", `translate(${x} ${y})scale(${k})`);
    circles.draw();
    words.draw(circles.shown());
    for (const node of stage.querySelectorAll("[transform]")) {
      node.dataset.size ??= scaled.exec(node.getAttribute("transform"))?.[1] ?? "";
      if (node.dataset.size) node.setAttribute("transform", node.getAttribute("transform").replace(scaled, `scale(${node.dataset.size / k})`));
    }
    figure.classList.toggle("near", k > 1);
    bar.update();
  }
  const redraw = () => { frameAsked ||= requestAnimationFrame(draw); };

  const behaviour = zoom()
    .extent(corners).translateExtent(corners).scaleExtent([1, most])
    // Two fingers move the map at any time, one only where it is zoomed; the
    // wheel only with a key held, so that the page always scrolls.
    .filter((e) => {
      if (e.type === "wheel") return e.ctrlKey || e.metaKey || (bar.hint(), false);
      if (e.touches) return e.touches.length > 1 || map.at.k > 1;
      return !e.button && !e.ctrlKey;
    })
    // A trackpad pinches in small steps, a wheel turns in large ones.
    .wheelDelta((e) => -e.deltaY * (e.deltaMode === 1 ? 0.05 : e.deltaMode ? 1 : Math.abs(e.deltaY) < 40 ? 0.02 : 0.005))
    .duration(calm.matches ? 0 : 250)
    .on("zoom", (e) => { map.at = e.transform; redraw(); })
    .on("end", () => { redraw(); speak(); detail(); });
  select(svg).call(behaviour);
  keys(map);
  keepFocusInSight(map);

  figure.classList.add("live");
  performance.mark("map");
  const load = async () => {
    try {
      const answer = await fetch(figure.dataset.places);
      if (!answer.ok) return;
      map.data = await answer.json();
      circles.load();
      redraw();
      figure.classList.add("split");
    } catch { /* the line is gone: the circles of the server stay */ }
  };
  (window.requestIdleCallback ?? setTimeout)(load);
}
