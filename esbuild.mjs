import { build } from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const OUT = 'jupyterlab_mlops/gateway';

/** zod carries its messages in fifty languages; the gateway says them in one. */
const oneLocale = {
  name: 'one-locale',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';"
    }))
};

mkdirSync(OUT, { recursive: true });
for (const name of readdirSync(OUT)) {
  if (/^chunk-/.test(name)) {
    rmSync(join(OUT, name));
  }
}

/**
 * The gateway and the command line, and what both hold in files beside them: what is imported by
 * `import()`, such as the client of clusters, costs nothing until it is needed. Nothing to install
 * beside Node.
 */
const { metafile } = await build({
  entryPoints: { gateway: 'src/gateway/main.ts', cli: 'src/cli/main.ts' },
  outdir: OUT,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  minify: process.argv.includes('--minify'),
  // All licences, whole, are written below.
  legalComments: 'none',
  metafile: true,
  plugins: [oneLocale],
  define: { __VERSION__: JSON.stringify(version) },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"
  },
  logLevel: 'warning'
});

writeFileSync(join(OUT, 'LICENSES.txt'), licences(bundledPackages(metafile)));

/** Folders of the packages of which something is in a bundle. */
function bundledPackages({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files
    .filter(file => file.includes('node_modules/'))
    .map(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)[1]);
  // Our grammar of Python is made from that of this package
  folders.push('node_modules/@lezer/python');
  return [...new Set(folders)].sort();
}

/** Name, version, licence and its text, package by package. A package without any fails the build. */
function licences(folders) {
  const parts = folders.map(folder => {
    const {
      name,
      version: release,
      license,
      author
    } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter(file => /^(licen[cs]e|copying|notice)/i.test(file))
      .sort()
      .map(file => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0) {
      if (!license) {
        throw new Error(`${folder} is bundled and has no licence.`);
      }
      const by = author?.name ?? author ?? 'its authors';
      texts.push(
        `The package holds no text of its licence (SPDX ${license}), by ${by}.`
      );
    }
    return `${name} ${release}: ${license ?? 'see below'}\n\n${texts.join('\n\n')}\n`;
  });
  const head =
    'Software of others in the gateway and the command line, and its licences.\n';
  return [head, ...parts].join(`\n${'-'.repeat(78)}\n\n`);
}
