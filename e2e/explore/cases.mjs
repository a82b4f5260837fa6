// A case: which features a page has, and what is done on it. It is drawn by chance, and named so that it can be repeated.
import { Dice } from './dice.mjs';
import { FEATURES, MANY, named, SHARES } from './features.mjs';
import { STEPS, WEIGHTS } from './steps.mjs';

const MOST_STEPS = 7;
const GROUPS = [...new Set(FEATURES.map(({ group }) => group))].map((name) => [name, FEATURES.filter(({ group }) => group === name)]);
const DRAWN = Object.keys(STEPS).flatMap((name) => Array(WEIGHTS[name] ?? 1).fill(name));

/** The case of that number, below that seed. */
export function drawn(seed, nth) {
  const dice = new Dice(Math.imul(seed, 1_000_003) + nth);
  const features = [];
  for (const [group, all] of GROUPS) {
    for (let times = 0; times < (MANY[group] ?? 1); times += 1) {
      if (!dice.isYes(SHARES[group])) break;
      const { name, never = [] } = dice.one(all);
      const others = features.map(named);
      if (!others.some((other) => other.name === name || never.includes(other.name) || other.never?.includes(name))) features.push(name);
    }
  }
  const steps = Array.from({ length: dice.between(0, MOST_STEPS) }, () => dice.one(DRAWN));
  return { features, steps };
}

/** Its name: features, and after `|` the steps. */
export const nameOf = ({ features, steps }) => [features.join('+') || 'plain', steps.join(',')].filter(Boolean).join('|');

/** The case of that name. */
export function caseOf(name) {
  const [features, steps = ''] = name.split('|');
  const found = { features: features.split('+').filter((one) => one && one !== 'plain'), steps: steps.split(',').filter(Boolean) };
  found.features.forEach(named);
  const unknown = found.steps.find((step) => !STEPS[step]);
  if (unknown) throw new Error(`there is no step \`${unknown}\``);
  return found;
}
