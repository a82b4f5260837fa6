// The browser that the stories are told in.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium. */
export function launch({ args = [], ...more } = {}) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`CHROMIUM names no browser: ${executablePath}`);
  return chromium.launch({ executablePath, args: [...QUIET, ...args], ...more });
}
