// Every snippet of the documentation that is TypeScript or JavaScript, put to TypeScript's compiler against the types of the
// package, of Stripe and of the tools that it names. One that cannot be says why before it: `<!-- not compiled: … -->`. What a
// snippet does is the matter of snippets.test.mjs, policy.test.mjs and recipes.test.mjs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { DIST } from '../harness/index.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = path.join(ROOT, 'e2e/node_modules');
const PAGES = ['README.md', 'src/element/README.md', ...readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

const found = PAGES.flatMap((page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  return [...text.matchAll(/(?:^<!-- (.*) -->\n)?^```(ts|tsx|js)\n([\s\S]*?)^```$/gm)].map((match) => ({
    where: `${page}:${text.slice(0, match.index).split('\n').length}`, note: match[1], language: match[2], code: match[3],
  }));
});
/** Parts of programs of examples/, which the docs test and the examples' own hold to those. */
const isPart = ({ note }) => note?.startsWith('from ');
const left = found.filter(({ note }) => note?.startsWith('not compiled: '));
const compiled = found.filter((one) => !isPart(one) && !left.includes(one));

const OPTIONS = {
  noEmit: true, skipLibCheck: true, allowJs: true, checkJs: true, jsx: ts.JsxEmit.ReactJSX, types: ['node'], typeRoots: [path.join(MODULES, '@types')],
  target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, moduleDetection: ts.ModuleDetectionKind.Force,
  paths: {
    'relink-widget': [path.join(DIST, 'relink-widget.d.ts')],
    'relink-widget/testing': [path.join(DIST, 'testing.d.ts')],
    'relink-widget/*': [path.join(DIST, 'types/*.d.ts')],
    // The newest stable one.
    stripe: [path.join(MODULES, 'stripe-stable')],
    // The package lies outside of the folder that the others are in.
    react: [path.join(MODULES, '@types/react')],
    'react/*': [path.join(MODULES, '@types/react/*')],
  },
};

/** What the compiler says of each of these texts, by name; they lie, for it, in e2e/. */
const say = (files, options) => {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  const at = new Map(Object.entries(files).map(([name, text]) => [path.join(ROOT, 'e2e', name), text]));
  host.fileExists = (name) => at.has(name) || fileExists(name);
  host.readFile = (name) => at.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...more) => (at.has(name) ? ts.createSourceFile(name, at.get(name), options.target, true) : getSourceFile(name, ...more));
  const program = ts.createProgram([...at.keys()], options, host);
  return Object.fromEntries([...at.keys()].map((name) => {
    const file = program.getSourceFile(name);
    const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return [path.basename(name), problems.map(({ messageText, start, code }) => {
      const { line } = file.getLineAndCharacterOfPosition(start);
      return `line ${line + 1}: TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    })];
  }));
};
/** Globals of others' scripts that the snippets of analytics.md call. */
const OTHERS = `interface Window {
  analytics: { track(event: string, properties: object, options?: { timestamp?: Date; messageId?: string }): void };
  gtag(command: "event", name: string, parameters: Record<string, string | number>): void;
}`;
const told = (snippets, options) => {
  const said = say(Object.fromEntries(snippets.map(({ language, code }, nth) => [`snippet-${nth}.${language}`, `${code}\nexport {};`]).concat([['others.d.ts', OTHERS]])), { ...OPTIONS, ...options });
  return snippets.flatMap(({ where }, nth) => Object.entries(said).filter(([name]) => name.startsWith(`snippet-${nth}.`))
    .flatMap(([, problems]) => problems.map((problem) => `${where}, ${problem}`)));
};

test('there are snippets, and what is left out says why', () => {
  assert.ok(compiled.length > 15, `${compiled.length}`);
  for (const { where, note } of left) assert.ok(note.length > 'not compiled: '.length + 10, where);
});

test('every snippet of TypeScript compiles, strictly', () => {
  assert.deepEqual(told(compiled.filter(({ language }) => language !== 'js'), { strict: true, exactOptionalPropertyTypes: true }), []);
});

test('every snippet of JavaScript compiles, but for what only TypeScript can say', () => {
  assert.deepEqual(told(compiled.filter(({ language }) => language === 'js'), { strict: false }), []);
});

test('the types hold what is said of them, and refuse what is wrong', () => {
  const { 'types.tsx': problems } = say({
    'types.tsx': `import "relink-widget";
import { createRef } from "react";
import { Relink, type RelinkWidgetElement } from "relink-widget/react";
import type { RelinkParams, RelinkResponse } from "relink-widget";
import type Stripe from "stripe-stable";
document.addEventListener("relink-success", ({ detail }) => detail.accounts[0]?.last4);
document.body.addEventListener("relink-failure", ({ detail }) => detail.failure_reason);
window.addEventListener("relink-event", ({ detail }) => detail.elapsed_ms.toFixed());
// @ts-expect-error -- a success has no code
document.addEventListener("relink-success", ({ detail }) => detail.code);
const ref = createRef<RelinkWidgetElement>();
export const good = <Relink ref={ref} endpoint="/relink" account="fca_1" csrfToken="t" assetsBase="/files/" remindLater headers={async () => ({ a: "b" })} messages={{ not_now: "Later" }}
  display="modal" open={false} className="wide" aria-label="Bank" onSuccess={({ outcome }, { type }) => [outcome, type]} onError={({ code }) => code}
  onRemind={({ account, reason }) => [account, reason]} onCancel={({ state }) => state} onReady={({ flow }) => flow} onEvent={({ name }) => name} onStateChange={({ previous }) => previous} onClose={() => {}} />;
// @ts-expect-error -- no endpoint
export const bare = <Relink account="fca_1" />;
// @ts-expect-error -- no endpoint
export const tag = <relink-widget account="fca_1" />;
// @ts-expect-error -- neither inline nor modal
export const odd = <Relink endpoint="/relink" display="popup" />;
// @ts-expect-error -- a success has no code
export const wrong = <Relink endpoint="/relink" onSuccess={({ code }) => code} />;
export const params: RelinkParams<Stripe.FinancialConnections.SessionCreateParams> = {
  account_holder: { type: "customer", customer: "cus_1" }, permissions: ["payment_method"], relink_options: { authorization: "fcauth_1" },
};
export const create = (stripe: Stripe) => stripe.financialConnections.sessions.create(params);
export const reason = (session: RelinkResponse<Stripe.FinancialConnections.Session>) => session.relink_result?.failure_reason;
`,
  }, { ...OPTIONS, strict: true });
  assert.deepEqual(problems, []);
});
