#!/usr/bin/env node
// `npx relink-widget copy FOLDER`: puts what a page loads into FOLDER/VERSION/, for a web server to serve as it is. Copies
// only what integrity.json vouches for, looks whether it arrived so, and never touches what other versions have there.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const USAGE = `Usage: relink-widget copy FOLDER

Copies what a page loads into FOLDER/VERSION/, a folder that your web server serves as it is, "public/relink" say.
Then name the address of FOLDER in the element: <relink-widget assets-base="/relink/" …>.`;

const own = (name) => new URL(name, import.meta.url);
const hash = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

function copy(folder) {
  const { version } = JSON.parse(readFileSync(own("package.json"), "utf8"));
  const table = JSON.parse(readFileSync(own("integrity.json"), "utf8"));
  const names = Object.keys(table).filter((name) => /^relink-widget[\w.-]*\.(js|wasm|css|txt)$/.test(name));
  const target = join(folder, version);
  mkdirSync(target, { recursive: true });
  for (const name of names) {
    const bytes = readFileSync(own(name));
    if (hash(bytes) !== table[name]) {
      throw new Error(`${name} is not as it was published: install relink-widget again`);
    }
    writeFileSync(join(target, name), bytes);
    if (hash(readFileSync(join(target, name))) !== table[name]) {
      throw new Error(`${join(target, name)} did not arrive as it was sent`);
    }
  }
  writeFileSync(join(target, "integrity.json"), readFileSync(own("integrity.json")));
  console.log(`relink-widget ${version}: ${names.length + 1} files in ${target}`);
}

const [act, folder, ...more] = process.argv.slice(2);
if (act === "copy" && folder && more.length === 0 && !folder.startsWith("-")) {
  try {
    copy(folder);
  } catch (error) {
    console.error(`relink-widget: ${error.message}`);
    process.exitCode = 1;
  }
} else if (act === "--help" || act === "-h") {
  console.log(USAGE);
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
