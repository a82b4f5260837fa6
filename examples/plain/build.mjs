// Nothing is bundled: the page, its script without the types, and the package's own files beside it.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

mkdirSync("dist", { recursive: true });
cpSync("index.html", "dist/index.html");
cpSync(dirname(fileURLToPath(import.meta.resolve("relink-widget"))), "dist/relink-widget", { recursive: true });
const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
writeFileSync("dist/page.js", ts.transpileModule(readFileSync("src/page.ts", "utf8"), { compilerOptions: options }).outputText);
