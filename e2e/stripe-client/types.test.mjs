// The sandbox and the backend against the types that Stripe publishes: npm `stripe` (the newest beta and the stable one) and
// PyPI `stripe` (the newest preview). What their types have and we have not is in `left-out.json`, with the reason. A pin is
// one line, in `e2e/package.json` or in `requirements.txt`; what is new behind it turns a test red here.
//
//   SANDBOX_BIN=target/debug/sandbox SERVER_BIN=target/debug/relink-server node --test e2e/stripe-client/types.test.mjs
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { listsOfBackend, requestsOfBackend } from './backend.mjs';
import { record } from './record.mjs';
import { between } from './routes.mjs';
import { startSandbox } from './sandbox.mjs';
import { difference, linesOf, linesOfTypes } from './shapes.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MODULES = path.join(HERE, '..', 'node_modules');
const leftOut = JSON.parse(readFileSync(path.join(HERE, 'left-out.json'), 'utf8'));
const AUGUST = '2026-08-26.preview';
const SEPTEMBER = '2026-09-30.preview';
const ENDIVE = '2026-10-28.endive';
const OPTIONS = {
  strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true, types: ['node'],
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

let sandbox;
let folder;
const recorded = {};

before(async () => {
  sandbox = await startSandbox(process.env.SANDBOX_BIN);
  folder = mkdtempSync(path.join(tmpdir(), 'stripe-types-'));
  symlinkSync(MODULES, path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  for (const version of [AUGUST, SEPTEMBER, ENDIVE]) recorded[version] = await record(sandbox.base, version);
});

after(() => {
  sandbox?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Stripe's name for the type of a shape; `S` is the package's namespace. */
function typeOf(shape, isStable) {
  if (shape.startsWith('event ')) return `Extract<S.Event, { type: '${shape.slice('event '.length)}' }>`;
  return {
    session: 'S.FinancialConnections.Session',
    account: 'S.FinancialConnections.Account',
    accounts: 'S.ApiList<S.FinancialConnections.Account>',
    authorization: 'S.FinancialConnections.Authorization',
    institution: 'S.FinancialConnections.Institution',
    institutions: 'S.ApiList<S.FinancialConnections.Institution>',
    owners: 'S.ApiList<S.FinancialConnections.AccountOwner>',
    inferred_balances: isStable ? undefined : 'S.ApiList<S.FinancialConnections.AccountInferredBalance>',
    error: '{ error: Partial<S.StripeRawError> & { request_log_url: string; doc_url?: string } }',
    create: 'S.FinancialConnections.SessionCreateParams',
    list: 'S.FinancialConnections.AccountListParams',
  }[shape];
}

/** One value of each kind: values that differ in ids, names, dates and numbers alone are one to a type. */
function kinds(values) {
  const isOpen = (text) => /[0-9A-Z \u0080-\uffff]|:\/\//.test(text) || /^(fca|fcauth|fcsess|fcinst|cus|acct)_/.test(text);
  const plain = (name, value) => (typeof value === 'number' ? 0 : typeof value === 'string' && isOpen(value) ? '…' : value);
  return [...new Map(values.map((one) => [JSON.stringify(one, plain), one])).values()];
}

/** The lines of a module that checks values by `satisfies`, one for each, after a first one. */
function module(packageName, values) {
  const lines = values.map(({ shape, value }, at) => {
    const type = typeOf(shape, packageName === 'stripe-stable');
    assert.ok(type, `${packageName} has no type for ${shape}`);
    return `export const v${at} = ${JSON.stringify(value)} satisfies ${type};`;
  });
  return [`import type { Stripe as S } from '${packageName}';`, ...lines].join('\n');
}

/** Compiles modules beside each other, once: Stripe's types are large. Answers what the compiler says of each, by name. */
function compile(packageName, valuesOf, shapes) {
  const file = (name) => path.join(folder, `${packageName}-${name}.ts`);
  for (const [name, values] of Object.entries(valuesOf)) writeFileSync(file(name), module(packageName, values));
  writeFileSync(file('shapes'), `import type { Stripe as S } from '${packageName}';
    export interface Shapes { ${shapes.map((shape) => `${shape}: ${typeOf(shape)};`).join(' ')}
      event: { type: Extract<S.Event['type'], \`financial_connections.\${string}\`> } }`);
  const program = ts.createProgram([...Object.keys(valuesOf), 'shapes'].map(file), OPTIONS);
  const problems = {};
  for (const [name, values] of Object.entries(valuesOf)) {
    const source = program.getSourceFile(file(name));
    problems[name] = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((problem) => {
      const at = source.getLineAndCharacterOfPosition(problem.start).line;
      return `${values[at - 1]?.shape}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ').slice(0, 300)}`;
    });
  }
  return { problems, lines: linesOfTypes(program, file('shapes')) };
}

for (const [version, packageName] of [[AUGUST, 'stripe'], [ENDIVE, 'stripe-stable']]) {
  test(`${version}: answers, events and requests are what ${packageName} for npm says, and what it has besides is listed`, async (context) => {
    const { answers, creates } = recorded[version];
    const account = answers.find(({ shape }) => shape === 'account').value;
    const { last4, ...lacking } = account;
    const [sent, lists] = version === AUGUST ? [await requestsOfBackend(), await listsOfBackend()] : [[], []];
    const { problems, lines } = compile(packageName, {
      answers: kinds(answers),
      requests: kinds(creates.map((value) => ({ shape: 'create', value }))),
      sent: [...sent.map((value) => ({ shape: 'create', value })), ...lists.map((value) => ({ shape: 'list', value }))],
      wrong: [{ ...account, created: 'today' }, { ...account, surprise: 1 }, lacking].map((value) => ({ shape: 'account', value })),
    }, version === AUGUST ? ['session', 'account', 'authorization', 'institution', 'create'] : ['session', 'account', 'create']);
    await context.test('every answer and event', () => {
      assert.ok(answers.length > 90, `${answers.length} answers`);
      assert.deepEqual(problems.answers, []);
    });
    await context.test('every request that the sandbox takes', () => assert.deepEqual(problems.requests, []));
    await context.test('what the backend sends', () => assert.deepEqual(problems.sent, []));
    await context.test('a value that is wrong is seen', () => assert.equal(problems.wrong.length, 3, problems.wrong.join('\n')));
    await context.test('what the package has and the sandbox has not is listed with its reason', () => compare(version, lines));
  });
}

/** Stripe's error codes about Financial Connections that a package names, in files of that kind. */
function errorCodes(root, extension) {
  const files = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(extension));
  const codes = files.flatMap((name) => [...readFileSync(path.join(root, name), 'utf8').matchAll(/["'](financial_connections_[a-z_]+)["']/g)]);
  return [...new Set(codes.map(([, code]) => code))].sort();
}
/** The table in the backend's client that says what each code means. */
const meanings = readFileSync(path.join(HERE, '..', '..', 'crates', 'relink-stripe', 'src', 'error.rs'), 'utf8');
const isMeant = (codes) => {
  assert.ok(codes.length >= 5, codes.join());
  assert.deepEqual(codes.filter((code) => !meanings.includes(`"${code}"`)), [], 'a code that the backend has no meaning for');
};

test('every error code of Stripe\'s packages for npm has a meaning in the backend', () => {
  for (const name of ['stripe', 'stripe-stable']) isMeant(errorCodes(path.join(MODULES, name, 'esm', 'resources'), '.d.ts'));
});

test('a payments relink of the backend takes one account, which must do for payments; a hosted one has a return_url', async () => {
  const sent = await requestsOfBackend();
  assert.ok(sent.length >= 6, `${sent.length} sessions`);
  assert.ok(sent.some(({ account_holder }) => account_holder.customer_account === 'acct_workshop'));
  const lists = await listsOfBackend();
  for (const holder of ['customer', 'customer_account']) assert.ok(lists.some(({ account_holder }) => account_holder?.[holder]), holder);
  assert.ok(lists.some(({ account_holder, limit }) => !account_holder && limit === 100), 'a page of everybody\'s');
  const payments = sent.filter(({ permissions }) => permissions.includes('payment_method'));
  assert.ok(payments.length > 0);
  for (const { limits, filters } of payments) {
    assert.equal(limits.accounts, 1);
    assert.equal(filters.require_payment_method_support, 'all');
  }
  assert.ok(sent.some(({ ui_mode }) => ui_mode === 'hosted'));
  assert.ok(sent.every(({ ui_mode, return_url }) => ui_mode !== 'hosted' || return_url));
});

/** Holds their lines against ours; both differences must be in `left-out.json`, and everything there must be true. */
function compare(version, theirs) {
  const { answers, creates, events } = recorded[version];
  const found = { theirs: [], ours: [] };
  for (const [shape, lines] of Object.entries(theirs)) {
    const values = {
      create: creates,
      event: events.map((type) => ({ type })),
    }[shape] ?? [
      ...answers.filter((answer) => answer.shape === shape).map(({ value }) => value),
      ...answers.filter((answer) => answer.shape.startsWith('event ')).map(({ value }) => value.data.object)
        .filter(({ object }) => object === `financial_connections.${shape}`),
    ];
    assert.ok(lines.size > 0 && values.length > 0, `${shape}: ${lines.size} lines, ${values.length} values`);
    const { theirs: left, ours } = difference(lines, linesOf(shape, values));
    found.theirs.push(...left);
    found.ours.push(...ours);
  }
  const known = leftOut[version];
  for (const side of ['theirs', 'ours']) {
    assert.deepEqual(found[side].sort(), Object.keys(known[side]).sort(), `${version}, ${side}: a line is new, or no longer true`);
    for (const [line, why] of Object.entries(known[side])) assert.ok(why.length > 10, `${line} has no reason`);
  }
}

/** A Python with Stripe's package; nothing where the machine has no Python or cannot fetch it. */
let python;
function pythonWithStripe() {
  if (python !== undefined) return python;
  python = null;
  const venv = path.join(HERE, '..', '..', 'target', 'stripe-python');
  const program = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const requirements = path.join(HERE, 'requirements.txt');
  const stamp = path.join(venv, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    for (const [what, words] of [
      [process.env.PYTHON ?? 'python3', ['-m', 'venv', venv]],
      [program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--requirement', requirements]],
    ]) {
      if (spawnSync(what, words, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return python;
    }
    writeFileSync(stamp, wanted);
  }
  return (python = program);
}

/** Runs a test that needs Python; without one it says so, and the others go on. */
const inPython = (name, run) => test(name, (context) => {
  const program = pythonWithStripe();
  if (!program) return context.skip('NOT RUN: there is no Python with venv here, or its registry does not answer');
  return run(program);
});

inPython(`what Stripe's package for Python has in ${SEPTEMBER} and the sandbox has not is listed with its reason`, (program) => {
  const told = JSON.parse(execFileSync(program, [path.join(HERE, 'stripe_shapes.py')], { encoding: 'utf8' }));
  assert.equal(told.version, SEPTEMBER);
  const theirs = Object.fromEntries(Object.entries(told.shapes).map(([shape, lines]) => [shape, new Set(lines)]));
  theirs.event = new Set(['event.type', ...told.events.map((type) => `event.type=${type}`)]);
  compare(SEPTEMBER, theirs);
  // A thin event is its snapshot event by another name.
  const known = recorded[SEPTEMBER].events.map((type) => `v1.${type}`);
  assert.deepEqual(told.thin_events.filter((type) => !known.includes(type)), Object.keys(leftOut[SEPTEMBER].thin_events));
});

inPython('every error code of Stripe\'s package for Python has a meaning in the backend', (program) => {
  const root = execFileSync(program, ['-c', 'import stripe, os; print(os.path.dirname(stripe.__file__))'], { encoding: 'utf8' }).trim();
  isMeant(errorCodes(root, '.py'));
});

inPython('Stripe\'s own client for Python drives the sandbox', async (program) => {
  await fetch(`${sandbox.base}/v1/test_helpers/reset`, { method: 'POST', headers: { authorization: 'Bearer sk_test_sandbox' } });
  const noted = await between(sandbox.base);
  // The proxy is in this process, which has to answer while the client asks.
  const { stdout } = await promisify(execFile)(program, [path.join(HERE, 'drive.py'), sandbox.base, noted.base]).finally(noted.stop);
  assert.ok(stdout.trim().split('\n').length >= 35, stdout);
  assert.deepEqual(noted.left(), [], 'something that the sandbox has is left undriven');
});

inPython('what the sandbox takes and what the backend sends is what Stripe\'s package for Python would send', async (program) => {
  const sent = await requestsOfBackend();
  assert.ok(sent.length >= 4, `${sent.length} sessions`);
  const all = kinds([...recorded[SEPTEMBER].creates, ...sent]);
  const lists = await listsOfBackend();
  const site = execFileSync(program, ['-c', 'import stripe, os; print(os.path.dirname(os.path.dirname(stripe.__file__)))'], { encoding: 'utf8' }).trim();
  const file = path.join(folder, 'requests.py');
  const written = (values) => [
    'from stripe.params.financial_connections import AccountListParams, SessionCreateParams',
    ...values.map((value, at) => `v${at}: SessionCreateParams = ${JSON.stringify(value)}`),
    ...lists.map((value, at) => `l${at}: AccountListParams = ${JSON.stringify(value)}`),
  ].join('\n');
  const pyright = () => {
    const { stdout } = spawnSync(process.execPath, [path.join(MODULES, 'pyright', 'index.js'), '--outputjson', '-p', folder], { encoding: 'utf8' });
    return JSON.parse(stdout).generalDiagnostics.map(({ message }) => message);
  };
  writeFileSync(path.join(folder, 'pyrightconfig.json'), JSON.stringify({ include: ['requests.py'], extraPaths: [site], typeCheckingMode: 'strict' }));
  writeFileSync(file, written(all));
  assert.deepEqual(pyright(), []);
  writeFileSync(file, written([{ ...all[0], filters: { countries: ['US'] } }]));
  assert.equal(pyright().length, 1, 'a parameter that is no longer known is seen');
});
