import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// What is no component of Vue's is left to the browser.
const isCustomElement = (tag) => tag === "relink-widget";

export default defineConfig({ plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] });
