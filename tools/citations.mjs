// Reads the citations in a folder with programs that people use for them, and
// fails when something is lost on the way. The tests call it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import "@citation-js/plugin-ris";
import "@citation-js/plugin-csl";
import jsonld from "jsonld";

const dir = process.argv[2];
const faults = [];
const check = (ok, what) => ok || faults.push(what);
const lists = {};
for (const file of readdirSync(dir)) {
  const text = readFileSync(join(dir, file), "utf8");
  const [name, ending] = file.split(".");
  if (ending === "jsonld") continue;
  const read = new Cite(ending === "json" ? JSON.parse(text) : text);
  (lists[name] ??= {})[ending] = read.data;
  check(read.format("bibliography", { template: "apa", lang: "en-US" }).trim().split("\n").length === read.data.length, `${file}: no bibliography`);
}
for (const [name, { bib, ris, json }] of Object.entries(lists)) {
  check(json?.length > 3 && bib?.length === json.length && ris?.length === json.length, `${name}: ${json?.length}, ${bib?.length} and ${ris?.length} citations`);
  json.forEach((item, i) => {
    for (const [format, other] of [["BibTeX", bib[i]], ["RIS", ris[i]]]) {
      check(other?.title === item.title, `${name} ${item.id}: ${format} has the title ${other?.title}, not ${item.title}`);
      check(other?.URL === item.URL, `${name} ${item.id}: ${format} has the address ${other?.URL}`);
      const author = other?.author?.[0] ?? {};
      check((author.literal ?? author.family) === item.author[0].literal && !author.given, `${name} ${item.id}: ${format} has the author ${JSON.stringify(author)}`);
    }
    check(item.version && item.URL.endsWith(item.version), `${name} ${item.id}: names no version`);
  });
}

// The words of schema.org, as they stand in its type definitions.
const words = readFileSync(createRequire(import.meta.url).resolve("schema-dts/package.json").replace("package.json", "dist/schema.d.ts"), "utf8");
const known = (word, form) => new RegExp(form.replace("WORD", word)).test(words);
const context = { "@context": { "@vocab": "https://schema.org/" } };
const documentLoader = async (url) => ({ contextUrl: null, documentUrl: url, document: context });
for (const described of JSON.parse(readFileSync(join(dir, "described.jsonld"), "utf8"))) {
  const [node] = await jsonld.expand(described, { documentLoader });
  const walk = (n) => {
    for (const [key, value] of Object.entries(n)) {
      if (key === "@type") check(value.every((v) => known(v.replace("https://schema.org/", ""), '"@type": "WORD"')), `no type ${value}`);
      else if (key.startsWith("https://schema.org/")) {
        check(known(key.replace("https://schema.org/", ""), '"WORD"\\?:'), `no property ${key}`);
        value.forEach((v) => typeof v === "object" && walk(v));
      }
    }
  };
  check(node?.["@type"], "a description without a type");
  if (node) walk(node);
}
if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
