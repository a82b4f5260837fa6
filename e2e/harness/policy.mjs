// The Content Security Policy that docs/embedding.md lists, as it stands there, on a page of the stories.
import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
const [, WRITTEN] = /^```http\nContent-Security-Policy:([\s\S]*?)^```$/m.exec(PAGE);

/** Directives with their sources, as documented. */
export const DIRECTIVES = Object.fromEntries(WRITTEN.split(';').map((directive) => {
  const [name, ...sources] = directive.trim().split(/\s+/);
  return [name, sources];
}));

/** Each `directive source` of the list, but for `default-src`, which allows nothing. */
export const ENTRIES = Object.entries(DIRECTIVES)
  .filter(([name]) => name !== 'default-src')
  .flatMap(([name, sources]) => sources.map((source) => `${name} ${source}`));

/** For a scenario's `headers`: the policy, without one entry, and with more directives. */
export const documented = ({ without, more = '' } = {}) => (site) => ({
  'content-security-policy': Object.entries(DIRECTIVES)
    .map(([name, sources]) => [name, sources.filter((source) => `${name} ${source}` !== without)])
    .map(([name, sources]) => [name, ...(sources.length ? sources : ["'none'"])].join(' '))
    .join('; ')
    .replaceAll('https://cdn.example', site.cdn) + more,
});

/** For a scenario's `init`: notes what the browser refuses. */
export const watch = () => {
  window.__refused = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.__refused.push(`${event.effectiveDirective} ${event.blockedURI}${event.sample ? ` ${event.sample}` : ''}`);
  });
};

/** What was refused so far, each once. */
export const refused = async (world) => [...new Set(await world.page.evaluate(() => window.__refused))].sort();
