// The table of tools: for each its packages (pinned; the newest that runs on Node.js 20), the files of a project as small as
// the tool allows, and how it is built, served and developed in. docs/bundlers.md says the same to people.
//
// `build` and `dev` are commands; `PORT` in them is a port that is free. After `build`, `serve` is run, or else the folder
// `out` is what a web server serves. `copies`: the project has run `npx relink-widget copy` into that folder before.

const ELEMENT = '<relink-widget endpoint="/relink" account="fca_1"><a href="/banks">Reconnect your bank</a></relink-widget>';
const COPIED = ELEMENT.replace('endpoint', 'assets-base="/relink/" endpoint');
const html = (body, head = '') => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Corner Store</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>
`;
/** A page and its script, without a framework. */
const plain = (script, element = ELEMENT) => html(element, `<script type="module" src="${script}"></script>`);
const MAIN = 'import "relink-widget";\n';
const REACT = { react: '19.3.1', 'react-dom': '19.3.1' };

const NEXT = {
  packages: { next: '16.4.6', ...REACT },
  files: {
    'next.config.mjs': 'export default { reactStrictMode: true, devIndicators: false, turbopack: { root: import.meta.dirname } };\n',
    'app/layout.jsx': 'export default ({ children }) => <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>;\n',
    'app/page.jsx': 'import { Reconnect } from "./reconnect";\nexport default function Page() { return <Reconnect account="fca_1" />; }\n',
    'app/reconnect.jsx': '"use client";\nimport "relink-widget";\n\nexport function Reconnect({ account }) {\n  return <relink-widget endpoint="/relink" account={account}><a href="/banks">Reconnect your bank</a></relink-widget>;\n}\n',
  },
  serve: 'next start -p PORT',
};
const VITE = (vite) => ({ packages: { vite }, files: { 'index.html': plain('/main.js'), 'main.js': MAIN }, build: 'vite build', out: 'dist', dev: 'vite --port PORT --strictPort' });
const viteWith = (plugin, packages, files) => ({
  ...VITE(),
  packages: { vite: '8.4.0', ...packages },
  files: { 'index.html': html('<div id="app"></div>', '<script type="module" src="/main.js"></script>'), 'vite.config.js': plugin, ...files },
});

export const TOOLS = {
  'Next.js, Turbopack': { ...NEXT, build: 'next build', dev: 'next dev -p PORT' },
  'Next.js and <Relink>, Turbopack': {
    ...NEXT,
    files: {
      ...NEXT.files,
      'app/reconnect.jsx': '"use client";\nimport { Relink } from "relink-widget/react";\n\nexport function Reconnect({ account }) {\n  return <Relink endpoint="/relink" account={account}><a href="/banks">Reconnect your bank</a></Relink>;\n}\n',
    },
    build: 'next build',
    dev: 'next dev -p PORT',
  },
  'Next.js, webpack': { ...NEXT, build: 'next build --webpack', dev: 'next dev --webpack -p PORT' },
  'Vite 8': VITE('8.4.0'),
  'Vite 7': VITE('7.3.8'),
  'Vite 6': VITE('6.4.6'),
  'Vite and React': viteWith(
    'import react from "@vitejs/plugin-react";\nexport default { plugins: [react()] };\n',
    { '@vitejs/plugin-react': '6.3.0', ...REACT },
    {
      'index.html': html('<div id="app"></div>', '<script type="module" src="/main.jsx"></script>'),
      'main.jsx': 'import "relink-widget";\nimport { StrictMode } from "react";\nimport { createRoot } from "react-dom/client";\n\ncreateRoot(document.getElementById("app")).render(\n  <StrictMode><relink-widget endpoint="/relink" account="fca_1"><a href="/banks">Reconnect your bank</a></relink-widget></StrictMode>,\n);\n',
    },
  ),
  'Vite and Vue': viteWith(
    'import vue from "@vitejs/plugin-vue";\n\nconst isCustomElement = (tag) => tag === "relink-widget";\nexport default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };\n',
    { '@vitejs/plugin-vue': '6.0.11', vue: '3.5.45' },
    {
      'main.js': 'import { createApp } from "vue";\nimport App from "./App.vue";\n\ncreateApp(App).mount("#app");\n',
      'App.vue': `<script setup>\nimport "relink-widget";\n</script>\n<template>${ELEMENT}</template>\n`,
    },
  ),
  'Vite and Svelte': viteWith(
    'import { svelte } from "@sveltejs/vite-plugin-svelte";\nexport default { plugins: [svelte()] };\n',
    { '@sveltejs/vite-plugin-svelte': '7.3.1', svelte: '5.57.3' },
    {
      'main.js': 'import { mount } from "svelte";\nimport App from "./App.svelte";\n\nmount(App, { target: document.getElementById("app") });\n',
      'App.svelte': `<script>\n  import "relink-widget";\n</script>\n\n${ELEMENT}\n`,
    },
  ),
  SvelteKit: {
    packages: { '@sveltejs/kit': '2.70.4', '@sveltejs/adapter-node': '5.5.4', '@sveltejs/vite-plugin-svelte': '6.2.3', svelte: '5.57.3', vite: '7.3.8' },
    files: {
      'svelte.config.js': 'import adapter from "@sveltejs/adapter-node";\nexport default { kit: { adapter: adapter() } };\n',
      'vite.config.js': 'import { sveltekit } from "@sveltejs/kit/vite";\nexport default { plugins: [sveltekit()] };\n',
      'src/app.html': html('<div>%sveltekit.body%</div>', '%sveltekit.head%'),
      'src/routes/+page.svelte': `<script>\n  import "relink-widget";\n</script>\n\n${ELEMENT}\n`,
    },
    build: 'vite build',
    serve: 'node build',
    dev: 'vite --port PORT --strictPort',
  },
  Nuxt: {
    packages: { nuxt: '4.3.0', vue: '3.5.45' },
    files: {
      'nuxt.config.mjs': 'const isCustomElement = (tag) => tag === "relink-widget";\nexport default { telemetry: false, devtools: { enabled: false }, vue: { compilerOptions: { isCustomElement } } };\n',
      'app/app.vue': `<script setup>\nimport "relink-widget";\n</script>\n<template>${ELEMENT}</template>\n`,
      'app/plugins/icon.js': 'export default defineNuxtPlugin(() => useHead({ link: [{ rel: "icon", href: "data:," }] }));\n',
    },
    build: 'nuxt build',
    serve: 'node .output/server/index.mjs',
    dev: 'nuxt dev --port PORT --no-fork',
  },
  Astro: {
    packages: { astro: '5.9.4' },
    files: {
      'astro.config.mjs': 'export default { devToolbar: { enabled: false } };\n',
      'src/pages/index.astro': `${html(`${ELEMENT}<script>import "relink-widget";</script>`)}`,
    },
    build: 'astro build',
    out: 'dist',
    dev: 'astro dev --port PORT',
  },
  'React Router': {
    packages: { '@react-router/dev': '7.18.4', '@react-router/node': '7.18.4', '@react-router/serve': '7.18.4', 'react-router': '7.18.4', isbot: '5.2.3', vite: '7.3.8', ...REACT },
    files: {
      // Vite finds the packages while the first page is loading, and loads it again: named, they are ready before.
      'vite.config.js': 'import { reactRouter } from "@react-router/dev/vite";\n\nconst include = ["react", "react-dom/client", "react-router/dom", "relink-widget/react"];\nexport default { plugins: [reactRouter()], optimizeDeps: { include } };\n',
      'react-router.config.js': 'export default { ssr: true };\n',
      'app/routes.js': 'import { index } from "@react-router/dev/routes";\nexport default [index("./home.jsx")];\n',
      'app/root.jsx': 'import { Outlet, Scripts } from "react-router";\n\nexport default function Root() {\n  return <html lang="en"><head><link rel="icon" href="data:," /></head><body><Outlet /><Scripts /></body></html>;\n}\n',
      'app/home.jsx': 'import { Relink } from "relink-widget/react";\n\nexport default function Home() {\n  return <Relink endpoint="/relink" account="fca_1"><a href="/banks">Reconnect your bank</a></Relink>;\n}\n',
    },
    build: 'react-router build',
    serve: 'react-router-serve ./build/server/index.js',
    dev: 'react-router dev --port PORT --strictPort',
  },
  'webpack 5': {
    packages: { webpack: '5.113.0', 'webpack-cli': '7.3.1', 'webpack-dev-server': '6.1.0' },
    files: {
      'webpack.config.js': 'export default { entry: "./main.js", output: { path: import.meta.dirname + "/dist", clean: false }, devServer: { static: "./dist", client: { overlay: false } }, performance: { hints: false } };\n',
      'dist/index.html': html(ELEMENT, '<script defer src="main.js"></script>'),
      'main.js': MAIN,
    },
    build: 'webpack --mode production',
    out: 'dist',
    dev: 'webpack serve --mode development --port PORT',
  },
  Parcel: {
    packages: { parcel: '2.16.4' },
    files: { 'index.html': plain('./main.js'), 'main.js': MAIN },
    build: 'parcel build index.html --dist-dir dist --no-cache',
    out: 'dist',
    dev: 'parcel index.html --dist-dir developed --no-cache --port PORT',
  },
  Rollup: {
    packages: { rollup: '4.68.8', '@rollup/plugin-node-resolve': '16.0.3' },
    files: {
      'rollup.config.js': 'import resolve from "@rollup/plugin-node-resolve";\nexport default { input: "main.js", output: { dir: "public", format: "es" }, plugins: [resolve()] };\n',
      'public/index.html': plain('main.js', COPIED),
      'main.js': MAIN,
    },
    copies: 'public/relink',
    build: 'rollup -c',
    out: 'public',
  },
  esbuild: {
    packages: { esbuild: '0.28.2' },
    files: { 'public/index.html': plain('main.js', COPIED), 'main.js': MAIN },
    copies: 'public/relink',
    build: 'esbuild main.js --bundle --minify --format=esm --splitting --outdir=public',
    out: 'public',
    dev: 'esbuild main.js --bundle --format=esm --splitting --outdir=public --servedir=public --serve=127.0.0.1:PORT',
  },
  'esbuild, one classic script': {
    packages: { esbuild: '0.28.2' },
    files: { 'public/index.html': html(COPIED, '<script defer src="main.js"></script>'), 'main.js': MAIN },
    copies: 'public/relink',
    build: 'esbuild main.js --bundle --minify --format=iife --log-override:empty-import-meta=silent --outdir=public',
    out: 'public',
  },
  'Angular CLI': {
    packages: {
      '@angular/build': '20.3.41', '@angular/cli': '20.3.41', '@angular/common': '20.3.35', '@angular/compiler': '20.3.35',
      '@angular/compiler-cli': '20.3.35', '@angular/core': '20.3.35', '@angular/platform-browser': '20.3.35', rxjs: '7.8.2', tslib: '2.8.1', typescript: '5.9.3',
    },
    files: {
      'angular.json': JSON.stringify({
        version: 1,
        cli: { analytics: false },
        projects: { shop: {
          projectType: 'application', root: '', sourceRoot: 'src',
          architect: {
            build: { builder: '@angular/build:application', options: { outputPath: { base: 'dist', browser: '' }, index: 'src/index.html', browser: 'src/main.ts', tsConfig: 'tsconfig.json', assets: [{ glob: '**/*', input: 'public' }] } },
            serve: { builder: '@angular/build:dev-server', options: { buildTarget: 'shop:build' } },
          },
        } },
      }, null, 2),
      'tsconfig.json': '{ "compilerOptions": { "target": "ES2022", "module": "preserve", "moduleResolution": "bundler", "strict": true, "experimentalDecorators": true }, "files": ["src/main.ts"] }\n',
      'src/index.html': html('<shop-root></shop-root>', '<base href="/">'),
      'src/main.ts': `import "relink-widget";
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";

@Component({ selector: "shop-root", schemas: [CUSTOM_ELEMENTS_SCHEMA], template: \`${COPIED}\` })
class Shop {}

bootstrapApplication(Shop, { providers: [provideZonelessChangeDetection()] });
`,
    },
    copies: 'public/relink',
    build: 'ng build',
    out: 'dist',
    dev: 'ng serve --port PORT --no-open --no-live-reload',
  },
  'an import map, as in Rails': {
    packages: {},
    files: {
      'public/index.html': html(ELEMENT, '<script type="importmap">{ "imports": { "relink-widget": "/relink/VERSION/relink-widget.js" } }</script><script type="module">import "relink-widget";</script>'),
    },
    copies: 'public/relink',
    out: 'public',
  },
  'a tag, files from another origin': {
    packages: {},
    files: { 'public/index.html': html(ELEMENT, '<script type="module" src="CDN/relink-widget@VERSION/relink-widget.js" crossorigin></script>') },
    out: 'public',
  },
  'an import from another origin': {
    packages: {},
    files: { 'public/index.html': html(ELEMENT, '<script type="module">import "CDN/relink-widget@VERSION/relink-widget.js";</script>') },
    out: 'public',
  },
  'esbuild, files from another origin': {
    packages: { esbuild: '0.28.2' },
    files: { 'public/index.html': plain('main.js', ELEMENT.replace('endpoint', 'assets-base="CDN/relink-widget@" endpoint')), 'main.js': MAIN },
    build: 'esbuild main.js --bundle --minify --format=esm --outdir=public',
    out: 'public',
  },
};
