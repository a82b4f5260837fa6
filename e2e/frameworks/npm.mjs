// Programs of the packages that examples/ has installed.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where the example pages are. */
export const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** The frameworks that have a page. */
export const FRAMEWORKS = ['plain', 'react', 'vue', 'svelte', 'angular'];

/** Runs a program; fails with what it wrote. */
export async function run(program, args, folder = EXAMPLES) {
  const there = program === 'npm' ? program : path.join(EXAMPLES, 'node_modules/.bin', program);
  const env = { ...process.env, NG_CLI_ANALYTICS: 'false' };
  try {
    return (await promisify(execFile)(there, args, { cwd: folder, env, maxBuffer: 1 << 24 })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`);
  }
}
