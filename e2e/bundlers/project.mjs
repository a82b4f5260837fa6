// A project of a tool: written into a folder of its own, its packages and the packed widget installed by npm, its commands run.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DIST } from '../harness/index.mjs';
import { freeAddress } from '../harness/servers.mjs';
import { eventually } from '../harness/waiting.mjs';

export const VERSION = JSON.parse(await readFile(path.join(DIST, 'package.json'), 'utf8')).version;
const QUIET = { NG_CLI_ANALYTICS: 'false', NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', CI: '1' };
/** A build, an installation, or the first answer of a server that compiles first. */
const PATIENCE_MS = 600_000;

export class Project {
  constructor(name, tool, folder) {
    Object.assign(this, { name, tool, folder: path.join(folder, name.replace(/\W+/g, '-').toLowerCase()) });
  }

  /** Writes and installs it. `tarball` is the packed widget. */
  async make(tarball) {
    const { packages, files, copies } = this.tool;
    await mkdir(this.folder, { recursive: true });
    const dependencies = { ...packages, 'relink-widget': `file:${tarball}` };
    await this.write({ 'package.json': JSON.stringify({ private: true, type: 'module', dependencies }), ...files });
    await rm(path.join(this.folder, 'node_modules/relink-widget'), { recursive: true, force: true });
    await this.run('npm install --no-package-lock --no-audit --no-fund --prefer-offline');
    if (copies) await this.run(`npx relink-widget copy ${copies}`);
  }

  /** Writes files, in which `VERSION` and, once it is known, `CDN` stand for what they say. */
  async write(files, cdn = 'CDN') {
    for (const [name, text] of Object.entries(files)) {
      const target = path.join(this.folder, name);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, text.replaceAll('/VERSION/', `/${VERSION}/`).replaceAll('@VERSION', `@${VERSION}`).replaceAll('CDN', cdn));
    }
  }

  environment(more = {}) {
    const { PATH, ...rest } = process.env;
    // What the runner of the tests says to its own children is not for others.
    delete rest.NODE_TEST_CONTEXT;
    return { ...rest, ...QUIET, PATH: `${path.join(this.folder, 'node_modules/.bin')}:${PATH}`, ...more };
  }

  /** Runs a command to its end; fails with what it wrote. */
  async run(command) {
    try {
      const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], { cwd: this.folder, env: this.environment(), maxBuffer: 1 << 26, timeout: PATIENCE_MS });
      return stdout + stderr;
    } catch (error) {
      throw new Error(`${this.name}: ${command}\n${error.stdout}\n${error.stderr}`);
    }
  }

  /** Starts a server, and answers its address and how to end it, once it serves a page. */
  async start(command) {
    const port = (await freeAddress()).split(':')[1];
    const child = spawn('sh', ['-c', `exec ${command.replaceAll('PORT', port)}`], { cwd: this.folder, env: this.environment({ PORT: port, HOST: '127.0.0.1' }), detached: true, stdio: 'pipe' });
    const log = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => log.push(text));
    const stop = async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      process.kill(-child.pid, 'SIGKILL');
      await ended;
      // What it has started itself may hold them open.
      for (const stream of child.stdio) stream.destroy();
    };
    const bases = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
    let base;
    await eventually(`${this.name}: ${command} serves a page`, async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${log.join('')}`);
      // By the name, where it listens there: Next refuses its own socket to a page at the number.
      for (const one of bases) {
        if (base) break;
        const answer = await fetch(one, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
        if (answer?.ok && (await answer.text()).includes('<')) base = one;
      }
      return base;
    }, PATIENCE_MS).catch(async (error) => {
      await stop();
      error.message += `\n${log.join('')}`;
      throw error;
    });
    return { base, stop, log };
  }
}
