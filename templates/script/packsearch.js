// Search without a server, for the pack that is opened from a disk. The index
// (search/offline.go) lies in a script, since a page from a disk may fetch
// nothing; words are looked up and weighed as the server does it.
"use strict";

globalThis.openDoorSearch = (index) => {
  const count = index.ids.length;
  const zero = () => new Float64Array(count);

  // ---------- what the index holds ----------

  const capital = /([0-9a-z]+)([A-Z])/g;
  const unpack = (text) => {
    const rows = [], times = [];
    let row = -1;
    for (const [, step, level] of (text ?? "").matchAll(capital)) {
      row += parseInt(step, 36);
      rows.push(row);
      times.push(0.15 * 1.25 ** (level.charCodeAt(0) - 65));
    }
    return { rows, times };
  };
  const unpacked = new Map();
  const posting = (text) => {
    if (!unpacked.has(text)) unpacked.set(text, unpack(text));
    return unpacked.get(text);
  };
  const set = (text) => {
    const has = new Uint8Array(count);
    for (const row of unpack(text).rows) has[row] = 1;
    return has;
  };

  const stems = index.forms.map((lines) => {
    const of = new Map();
    for (const line of lines.split("\n")) {
      const [stem, ...forms] = line.split(" ");
      for (const form of forms) of.set(form, stem);
    }
    return of;
  });
  const corpora = index.corpora.map((c) => ({ ...c, entries: set(c.rows), size: unpack(c.rows).rows.length }));
  const cautioned = unpack(index.caution).rows;
  const light = new Set(index.light);
  const lightly = (index.lightly ?? []).map((s) => s.split(" "));
  const CAPITALS = 1, VAGUE = 2, OFTEN = 4, MOSTLY = 8, CARRIED = 16, ASK = 32, AGAIN = 64;
  const labels = index.labels.map((line) => {
    const [meaning, analysis, lang, flags, country, distinct, ...rest] = line.split(" ");
    const words = rest.filter((w) => !w.includes(":"));
    const beside = rest.filter((w) => w.includes(":")).map((w) => [parseInt(w, 10), w.slice(w.indexOf(":") + 1)]);
    return { meaning: +meaning, analysis: +analysis, lang, flags: +flags, country: +country, distinct: +distinct, words, beside };
  });
  const spots = index.analyses.map(() => new Map());
  labels.forEach((l, label) => l.words.forEach((word, at) => {
    const of = spots[l.analysis];
    if (!of.has(word)) of.set(word, []);
    of.get(word).push({ label, at });
  }));
  const analysisOf = (lang) => Math.max(index.analyses.indexOf(lang), index.analyses.includes(lang) ? 0 : index.analyses.indexOf("names"));

  // ---------- words ----------

  const marked = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}]|^\P{L}/u;
  const fold = (text) => {
    let out = "", base = "";
    for (const c of text.replace(/´/g, "'").normalize("NFKD").toLowerCase()) {
      if (/[\p{Cf}\u0640\ufe00-\ufe0f]/u.test(c)) continue;
      if (/\p{M}/u.test(c)) {
        if (!base || !marked.test(base)) out += c;
        continue;
      }
      base = c;
      if (/\p{Nd}/u.test(c) && c > "9") {
        let n = c.codePointAt(0), first = n;
        while (first > n - 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
        out += String((n - first) % 10);
      } else out += index.letters[c] ?? (c === "`" ? "'" : c);
    }
    return out.normalize("NFC").replace(/(?<![\p{L}\p{N}.])(?:\p{L}\.){1,}\p{L}\.?(?![\p{L}\p{N}])|(?<![\p{L}\p{N}.])(?:(\p{L})\1\. ?)+(\p{L})\2\.?(?![\p{L}\p{N}])/gu, (s) => s.replace(/[. ]/g, ""));
  };
  const word = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}][\p{L}\p{M}\p{N}]*|(?<=\d)[.,]\d[\p{L}\p{M}\p{N}]*)*/gu;
  const paired = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;
  // Scripts without spaces are cut in pairs of letters.
  const pieces = (w) => {
    if (!paired.test(w)) return [w];
    const letters = w.match(/\P{M}\p{M}*/gu) ?? [w];
    return letters.length === 1 ? [w] : letters.slice(1).map((l, i) => letters[i] + l);
  };
  const bare = (w) => w.replaceAll("'", "");
  const stem = (analysis, w) => index.analyses[analysis] === "names" ? bare(w) : stems[analysis].get(w) ?? w;
  const capitals = (s) => /\p{Lu}/u.test(s) && !/\p{Ll}/u.test(s);

  // known are the words that stand somewhere, for those that are typed otherwise.
  const known = new Map(); // folded: in how many postings it stands
  corpora.forEach((c) => { for (const w in c.words) known.set(w, (known.get(w) ?? 0) + c.words[w].length); });
  stems.forEach((of, a) => {
    for (const [form, s] of of) if (s && (corpora.some((c) => c.a === a && s in c.words) || spots[a].has(s))) known.set(form, (known.get(form) ?? 0) + 1);
  });
  labels.forEach((l) => l.words.forEach((w) => known.set(w, (known.get(w) ?? 0) + 1)));
  const stopSomewhere = (w) => stems.some((of) => of.get(w) === "");

  // distance of two words in letters changed, added, left out or swapped, or
  // more than most.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], last = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return most + 1;
      before = last;
      last = row;
    }
    return last[b.length];
  };

  // meantFor is the known word that one was meant to be: another ending of it,
  // or one with a letter or two otherwise.
  const meantFor = (w) => {
    if (w.length < 4 || paired.test(w)) return w;
    const most = w.length < 7 ? 1 : 2;
    let best = w, least = Infinity, often = 0;
    for (const [k, n] of known) {
      if (k[0] !== w[0] && k[1] !== w[1]) continue;
      let same = 0;
      while (same < k.length && k[same] === w[same]) same++;
      let d = distance(w, k, most);
      if (same >= 4 && same >= w.length - 3 && same >= k.length - 3) d = Math.min(d, 0.5 + Math.max(w.length, k.length) - same - (same >= 6 ? 1 : 0));
      if (d <= most && (d < least || d === least && n > often)) [best, least, often] = [k, d, n];
    }
    return best;
  };

  // ---------- what was typed ----------

  const parse = (text) => {
    const clauses = [];
    const folded = fold(text), seen = new Set();
    const add = (part, phrase, not) => {
      const words = part.match(word) ?? [];
      const key = [words.join(" "), phrase, not].join();
      if (!words.length || seen.has(key)) return;
      seen.add(key);
      clauses.push({ words, phrase, not, folded: words.join(" ") });
    };
    const token = /(-?)["“”„‟«»「」]([^"“”„‟«»「」]*)["“”„‟«»「」]|(?<![^ ])-([^\s"“”„‟«»「」]+)|([\p{L}\p{M}\p{N}]+(?:'[\p{L}][\p{L}\p{M}\p{N}]*|(?<=\d)[.,]\d[\p{L}\p{M}\p{N}]*)*)/gu;
    for (const m of folded.matchAll(token)) {
      if (m[2] !== undefined) add(m[2], true, m[1] === "-");
      else if (m[3] !== undefined) add(m[3], true, true);
      else add(m[4], false, false);
    }
    // Capitals are told from small letters where the word stands as typed.
    const typed = new Map((text.match(/[\p{L}\p{M}\p{N}.]+/gu) ?? []).map((w) => [fold(w), w]));
    const shouting = clauses.length > 1 && clauses.every((c) => capitals(typed.get(c.folded) ?? ""));
    return clauses.map((c) => ({ ...c, upper: capitals(typed.get(c.folded) ?? ""), capitals: !shouting && capitals(typed.get(c.folded) ?? "") }));
  };

  const probesOf = (clauses) => {
    const probes = clauses.map((c) => ({
      ...c, light: !c.phrase && !c.not && light.has(c.folded), own: [], groups: [], concepts: new Map(), soft: 0,
      terms: index.analyses.map((_, a) => c.words.flatMap(pieces).map((w) => stem(a, w)).filter((w) => w)),
    }));
    for (const said of lightly)
      for (let i = 0; i + said.length <= probes.length; i++)
        if (said.every((w, j) => probes[i + j].folded === w && !probes[i + j].phrase && !probes[i + j].not)) said.forEach((_, j) => (probes[i + j].light = true));
    return probes;
  };

  // ---------- what it may mean ----------

  const sense = 0.6, inner = 0.25, within = 0.4, again = 0.4, other = 0.5, vague = 0.3, softWeight = 0.25, softCountry = 0.5, softlyWeight = 0.25;

  const mean = (p, group, meaning, weight) => {
    if (meaning < 0) return;
    if (group.first === group.last && group.weight === 1 && !group.ask) {
      const s = p.own.find((s) => s.meaning === meaning);
      if (s) s.weight = Math.max(s.weight, weight);
      else p.own.push({ meaning, weight });
      return;
    }
    let g = p.groups.find((g) => g.first === group.first && g.last === group.last && g.weight === group.weight && g.ask === group.ask);
    if (!g) p.groups.push((g = { ...group, senses: [] }));
    const s = g.senses.find((s) => s.meaning === meaning);
    if (s) s.weight = Math.max(s.weight, weight);
    else g.senses.push({ meaning, weight });
  };

  // Some names are but one word without their stop words, and mean something
  // else then.
  const stands = (label, probes, at) => label.beside.every(([step, w]) => {
    const p = probes[at + step];
    return p && !p.not && !p.phrase && p.folded === w;
  });

  const runsOf = (probes, a) => {
    const steps = probes.flatMap((p, i) => (p.not || p.phrase ? [{ probe: -1 }] : p.terms[a].map((w) => ({ probe: i, word: w }))));
    const runs = [];
    steps.forEach((s, i) => {
      for (const { label, at } of spots[a].get(s.word) ?? []) {
        const l = labels[label];
        if (at || i + l.words.length > steps.length || s.probe < 0 || !stands(l, probes, s.probe)) continue;
        const part = steps.slice(i, i + l.words.length);
        if (!part.every((t, j) => t.word === l.words[j] && t.probe >= 0 && (!(l.flags & CAPITALS) || probes[t.probe].capitals))) continue;
        const of = [...new Set(part.map((t) => t.probe))];
        runs.push({ label: l, probes: of, first: of[0], last: of.at(-1) });
      }
    });
    return runs;
  };

  const languages = ["en", "es", "fr", "pt", "ar"];
  const votesOf = (probes, runs, lang) => {
    const votes = {};
    for (const tag of languages) {
      const voted = new Set(runs.filter((r) => r.label.lang === tag).flatMap((r) => r.probes));
      votes[tag] = 2 * probes.filter((p, i) => voted.has(i) || !p.terms[analysisOf(tag)].length).length;
    }
    votes[lang] = (votes[lang] ?? 0) + 1;
    votes[""] = Math.max(...languages.map((tag) => votes[tag])) - 1;
    return votes;
  };

  const stop = (p, lang) => !p.terms[analysisOf(lang)].length && !p.abbreviation;

  const resolve = (probes, lang) => {
    const runs = index.analyses.flatMap((_, a) => runsOf(probes, a));
    const votes = votesOf(probes, runs, lang);
    for (const r of runs) {
      const { label } = r, content = r.probes.filter((i) => !stop(probes[i], lang)).length;
      let weight = 1 / Math.max(1, content), sure = sense;
      const inside = runs.some((o) => o.first <= r.first && o.last >= r.last && o.last - o.first > r.last - r.first);
      if (inside) weight *= inner;
      if (label.lang && label.lang in votes && votes[label.lang] < votes[""]) sure *= other;
      if (label.flags & AGAIN) sure *= again;
      if (label.flags & VAGUE && !r.probes.some((i) => probes[i].upper)) sure *= vague;
      for (const i of r.probes) {
        const p = probes[i], group = { first: r.first, last: r.last, weight, ask: Boolean(label.flags & ASK) };
        p.abbreviation ||= Boolean(label.flags & CAPITALS);
        if (label.flags & (OFTEN | MOSTLY)) {
          p.soft = Math.max(p.soft, label.flags & MOSTLY ? 2 : 1);
          mean(p, { ...group, ask: false, weight: weight * softCountry }, label.country, 1);
          if (label.flags & MOSTLY && r.probes.length > 1) mean(p, { ...group, ask: false }, label.meaning, 1);
          continue;
        }
        mean(p, group, label.meaning, sure);
        if (index.detained.includes(label.meaning) && !inside) mean(p, { ...group, ask: false, weight: weight * softlyWeight }, index.softly, 1);
      }
    }
    resolveParts(probes);
  };

  // Labels that entries carry are meant by enough of their words, too.
  const resolveParts = (probes) => {
    const hits = [], covered = new Map();
    probes.forEach((p, i) => {
      if (p.not || p.phrase) return;
      const seen = new Set();
      p.terms.forEach((words, a) => {
        for (const { label, at } of (words.length && spots[a].get(words[0])) || []) {
          const l = labels[label];
          if (!(l.flags & CARRIED) || seen.has(label) || !stands(l, probes, i) || l.flags & CAPITALS && !p.capitals || !words.every((w, j) => l.words[at + j] === w)) continue;
          seen.add(label);
          hits.push([label, p]);
          covered.set(label, (covered.get(label) ?? 0) + words.length);
        }
      });
    });
    for (const [label, p] of hits) {
      const l = labels[label];
      if (l.meaning < 0 || covered.get(label) < l.distinct * (index.meanings[l.meaning].l ?? 1)) continue;
      const share = Math.min(1, p.terms[l.analysis].length / l.distinct);
      p.concepts.set(l.meaning, Math.max(p.concepts.get(l.meaning) ?? 0, share));
      p.abbreviation ||= Boolean(l.flags & CAPITALS);
    }
  };

  // ---------- looking up ----------

  const rarity = (some) => Math.log(1 + (count - some + 0.5) / (some + 0.5));
  const saturated = (times) => (times * 2.5) / (times + 1.5);
  const sum = (has) => has.reduce((n, x) => n + x, 0);

  // Words in a row are, without their places, words that stand in one entry.
  const look = (corpus, words) => {
    const lists = words.map((w) => posting(corpus.words[w] ?? ""));
    const gain = new Map(lists[0].rows.map((row, i) => [row, lists[0].times[i]]));
    for (const list of lists.slice(1)) {
      const times = new Map(list.rows.map((row, i) => [row, list.times[i]]));
      for (const [row, t] of gain) times.has(row) ? gain.set(row, Math.min(t, times.get(row))) : gain.delete(row);
    }
    return gain;
  };

  const find = (p) => {
    p.in = new Uint8Array(count);
    p.said = new Uint8Array(count);
    p.free = new Uint8Array(count);
    p.gain = zero();
    let reach = new Uint8Array(count);
    for (const c of corpora) {
      const words = p.terms[c.a];
      if (!words.length) {
        if (!p.phrase && !p.abbreviation && !c.names) c.entries.forEach((x, row) => (p.free[row] |= x));
        continue;
      }
      const found = look(c, words);
      if (found.size) reach = c.names ? reach.fill(1) : reach.map((x, row) => x | c.entries[row]);
    }
    for (const names of [false, true])
      for (const c of corpora.filter((c) => Boolean(c.names) === names && p.terms[c.a].length))
        for (const [row, times] of look(c, p.terms[c.a])) {
          p.said[row] = 1;
          p.gain[row] = names ? p.gain[row] + times : Math.max(p.gain[row], times);
        }
    p.said.forEach((x, row) => (p.in[row] |= x));
    const labelled = zero();
    for (const [meaning, share] of p.concepts) for (const row of posting(index.meanings[meaning].c).rows) labelled[row] = Math.max(labelled[row], 1.5 * share);
    labelled.forEach((times, row) => {
      if (times) p.in[row] = 1;
      p.gain[row] += times;
    });
    for (const s of p.own) for (const row of posting(index.meanings[s.meaning].r).rows) p.in[row] = 1;
    const light = p.light ? 0.1 : 1, among = sum(reach);
    const common = () => sum(p.in.map((x, row) => x | p.free[row]));
    const some = Math.max(common(), among ? Math.floor((sum(p.said) * count) / (among + 10)) : 0);
    let own = light * rarity(some);
    if (p.groups.some((g) => g.first < g.last)) own *= within;
    p.gain = p.gain.map((times, row) => (p.in[row] ? own * saturated(times) : times));
    const groups = [{ weight: 1, senses: p.own }, ...p.groups];
    if (p.soft === 2) groups.push({ weight: softWeight, senses: index.detained.map((meaning) => ({ meaning, weight: 1 })) });
    for (const g of groups) {
      const best = new Map(), weight = g.ask ? g.weight : light * g.weight;
      for (const s of g.senses) {
        const meaning = index.meanings[s.meaning], m = posting(meaning.r), about = new Set(posting(meaning.c).rows);
        m.rows.forEach((row, i) => {
          const gain = weight * rarity(about.has(row) ? about.size : m.rows.length) * saturated(s.weight * m.times[i]);
          best.set(row, Math.max(best.get(row) ?? 0, gain));
        });
      }
      for (const [row, gain] of best) {
        p.in[row] = 1;
        p.gain[row] = Math.max(p.gain[row], gain) + 0.3 * Math.min(p.gain[row], gain);
      }
    }
    if (p.soft === 1)
      for (const row of cautioned) {
        p.in[row] = 1;
        p.gain[row] = Math.max(p.gain[row], softWeight);
      }
    p.rarity = light * rarity(Math.max(some, common()));
    p.nowhere = !sum(p.in) && !sum(p.free);
  };

  // ---------- putting together ----------

  const match = (clauses, lang) => {
    const all = probesOf(clauses);
    resolve(all, lang);
    all.forEach((p) => (p.light = p.light && !p.abbreviation));
    const base = new Uint8Array(count).fill(1);
    const typed = all.filter((p) => !p.not).length;
    let probes = all.filter((p) => !p.not && !stop(p, lang));
    for (const p of all.filter((p) => p.not)) {
      find(p);
      p.said.forEach((x, row) => x && (base[row] = 0));
    }
    probes.forEach(find);
    probes = probes.filter((p) => !(p.nowhere && !p.phrase && (p.light || p.words.every(stopSomewhere))));
    if (probes.some((p) => !p.light)) probes.filter((p) => p.light).forEach((p) => p.free.fill(1));
    if (!probes.length) return { probes, found: base, whole: base, relaxed: false, absent: [] };
    const any = base.map((x, row) => x && probes.some((p) => p.in[row]) && probes.every((p) => !p.phrase || p.in[row]) ? 1 : 0);
    const whole = any.map((x, row) => x && probes.every((p) => p.in[row] || p.free[row]) ? 1 : 0);
    const absent = probes.filter((p) => p.nowhere);
    const content = probes.filter((p) => !p.light).length;
    let few = 20;
    if (content <= 2) few = typed > 2 || absent.length ? 1 : 0;
    else if (probes.some((p) => !p.light && p.groups.some((g) => g.ask))) few = Infinity;
    let found = whole;
    if (sum(whole) < few) {
      const weight = (p) => (p.nowhere ? 0 : p.rarity), total = probes.reduce((n, p) => n + weight(p), 0);
      found = any.map((x, row) => x && probes.reduce((n, p) => n + (p.in[row] || p.free[row] ? weight(p) : 0), 0) >= 0.2 * total ? 1 : 0);
      if (!sum(found)) found = any;
    }
    return { probes, found, whole, relaxed: sum(found) > sum(whole), absent };
  };

  // search gives the rows that a text finds, the best first, and what was done
  // beyond what was typed. An empty text finds none of its own: rows is null.
  const search = (text, lang) => {
    let clauses = parse(text.slice(0, 200));
    if (!clauses.length) return { rows: null, relaxed: false, corrected: [] };
    const corrected = [];
    clauses = clauses.map((c) => {
      if (c.phrase || c.not) return c;
      const w = c.words[0];
      const parts = w.includes("'") ? [w, bare(w), w.split("'").at(-1)] : [w];
      const here = parts.find((part) => known.has(part) || stopSomewhere(part) || paired.test(part));
      if (here) return { ...c, words: [here], folded: here };
      const as = meantFor(w);
      if (as !== w) corrected.push([c.folded, as]);
      return { ...c, words: [as], folded: as };
    });
    const m = match(clauses, lang), score = zero();
    for (const p of m.probes) p.gain.forEach((g, row) => (score[row] += g));
    const order = index.orders.evidence, place = new Int32Array(count);
    order.forEach((row, i) => (place[row] = i));
    const rows = [...m.found.keys()].filter((row) => m.found[row]);
    rows.forEach((row) => m.whole[row] && (score[row] *= 1.3));
    rows.sort((a, b) => score[b] - score[a] || place[a] - place[b]);
    return { rows, relaxed: m.relaxed, corrected: corrected.filter(([from, to]) => !to.startsWith(from.slice(0, -3)) || distance(from, to, 2) <= 2), words: clauses.flatMap((c) => (c.not ? [] : c.words)) };
  };

  const columns = new Map(index.columns.map((c) => [c.group, new Map(Object.entries(c.rows).map(([value, rows]) => [value, set(rows)]))]));
  return { ids: index.ids, search, columns, fold, orders: index.orders, alphabets: index.alphabets };
};
