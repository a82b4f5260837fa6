#!/usr/bin/env node
// `npx relink-sandbox`: starts the compiled sandbox, or the conformance suite, and passes on signals and the exit status.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const manifest = JSON.parse(readFileSync(here("package.json"), "utf8"));
const given = process.argv.slice(2);
const HELP = `Usage: relink-sandbox                        starts the stand-in for Stripe; settings are SANDBOX_… variables
       relink-sandbox conformance URL …    tests a backend against the relink API; conformance --help lists options
`;

const fits = manifest.os.includes(process.platform) && manifest.cpu.includes(process.arch);
if (!fits) {
  console.error(`relink-sandbox ${manifest.version} has programs for ${manifest.os}-${manifest.cpu}; this is ${process.platform}-${process.arch}. Build them with Rust: see README.md.`);
  process.exit(2);
}
if (given.length && given[0] !== "conformance") {
  const asked = given[0] === "--help" || given[0] === "-h";
  (asked ? console.log : console.error)(asked ? HELP : `relink-sandbox does not know \`${given[0]}\`.\n${HELP}`);
  process.exit(asked ? 0 : 2);
}
const program = here(`bin/${given[0] ?? "sandbox"}`);
if (!existsSync(program)) {
  console.error(`${program} is missing: install relink-sandbox again.`);
  process.exit(2);
}
const child = spawn(program, given.slice(1), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`${program} does not start: ${error.message}. README.md says which glibc it needs.`);
  process.exit(2);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + 15 : code));
