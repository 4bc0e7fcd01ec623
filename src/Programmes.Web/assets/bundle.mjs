// Bundles scripts, styles and icons into ../wwwroot/dist. Started by the build of Programmes.Web (Assets.targets).
// Files are written aside and renamed, so that a running server never reads half a file.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { forOlderBrowsers } from "./colours.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../wwwroot/dist");

// The last browsers for Windows 7, and the engines of the browsers that offices were issued with.
const oldestBrowsers = ["chrome109", "firefox115", "safari16"];

// Every file in islands/ becomes a script of its own, loaded only by the page that shows that picture.
const islands = readdirSync(join(here, "islands"), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => join("islands", entry.name));

const bundled = await build({
  absWorkingDir: here,
  entryPoints: ["app.ts", "app.css", ...islands],
  outdir: dist,
  outbase: here,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: oldestBrowsers,
  legalComments: "eof",
  write: false,
  logLevel: "warning",
  plugins: [{
    name: "tabler-for-older-browsers",
    setup(plugins) {
      plugins.onLoad({ filter: /tabler\.css$/ }, ({ path }) => ({
        contents: forOlderBrowsers(readFileSync(path, "utf8"), readFileSync(join(here, "styles/base.css"), "utf8")),
        loader: "css",
      }));
    },
  }],
});

const written = new Set();
for (const file of bundled.outputFiles) write(relative(dist, file.path), file.contents);
write("icons.svg", iconSprite(JSON.parse(readFileSync(join(here, "icons.json"), "utf8"))));
removeWhatIsNotBuiltAnyMore(dist);

/** One file of symbols with only the icons named in icons.json; pages show one by `<icon name="home" />`. */
function iconSprite(names) {
  const symbols = names.map((name) => {
    const svg = readFileSync(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
    const paths = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
      .replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT License, Copyright (c) 2020-2026 Paweł Kuna -->${symbols.join("")}</svg>\n`;
}

function write(name, contents) {
  const path = join(dist, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
  written.add(path);
}

function removeWhatIsNotBuiltAnyMore(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeWhatIsNotBuiltAnyMore(path);
    else if (!written.has(path)) rmSync(path);
  }
}
