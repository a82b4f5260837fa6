// Serves the built gallery and opens its page, for the pictures and for the tests.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
};

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Where the gallery was built. */
export const folder = process.env.GALLERY_DIR ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "gallery");

/** Serves the folder on a free port, until `close`. */
export async function serve() {
  if (!existsSync(join(folder, "index.html"))) {
    throw new Error(`No gallery in ${folder}. Run: cargo xtask gallery`);
  }
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Opens the page with those settings and waits until its rows are drawn. */
export async function open(page, address, settings) {
  await page.goto(`${address}?${new URLSearchParams(settings)}`);
  await page.waitForSelector("html[data-ready]");
}
