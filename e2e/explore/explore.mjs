// `cargo xtask explore`: pages at random, for some minutes. What breaks a promise is made small and named with the command
// that repeats it; the last line counts.
import { caseOf } from './cases.mjs';
import { explore, tried } from './exploring.mjs';

const { SEED = String(Date.now() % 1_000_000), MINUTES = '10', CASE } = process.env;

const report = ({ promise, why, after, name }) => {
  console.log(`\nbroken: ${promise}\n  ${why.replaceAll('\n', '\n  ')}\n  after: ${after}\n  again: cargo xtask explore --case '${name}'`);
};

if (CASE) {
  const found = await tried(caseOf(CASE));
  if (found) report({ ...found, name: CASE });
  if (found?.isFleeting) console.log('explore: it failed once and not again');
  if (!found) console.log(`explore: all six promises hold of ${CASE}`);
  process.exit(found && !found.isFleeting ? 1 : 0);
}

const end = Date.now() + Number(MINUTES) * 60_000;
console.log(`explore: seed ${SEED}, ${MINUTES} minutes`);
const { cases, failures, fleeting } = await explore({ seed: Number(SEED), isEnough: () => Date.now() > end, found: report });
console.log(`\nexplore: seed ${SEED}: ${cases} cases, ${failures.length} break a promise, ${fleeting} failed once and not again`);
process.exit(failures.length || !cases ? 1 : 0);
