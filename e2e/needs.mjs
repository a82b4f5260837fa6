// What the pictures of the documentation are made with, beside the browser: they are in a typeface that people know, so that they
// look as on a customer's screen.
import { spawnSync } from 'node:child_process';

/** The typeface of the pictures. */
export const TYPEFACE = 'Inter';

const isFont = () => spawnSync('fc-match', ['--format=%{family}', TYPEFACE]).stdout?.toString().startsWith(TYPEFACE) ?? false;
const CHECKS = {
  [`the typeface ${TYPEFACE}`]: { is: isFont, packages: 'fonts-inter fontconfig' },
  img2webp: { is: () => !spawnSync('img2webp', ['-version']).error, packages: 'webp' },
};

/** Ends the program with what to install, where one of these is missing. */
export function needs(...wanted) {
  const missing = wanted.filter((what) => !CHECKS[what].is());
  if (!missing.length) return;
  const packages = missing.map((what) => CHECKS[what].packages).join(' ');
  console.error(`Missing: ${missing.join(', ')}. On Debian and Ubuntu: sudo apt-get install ${packages}`);
  process.exit(1);
}
