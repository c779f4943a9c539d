import { build } from 'esbuild';
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The gateway and the command line: one file each, nothing to install beside Node. */
await build({
  entryPoints: { gateway: 'src/gateway/main.ts', cli: 'src/cli/main.ts' },
  outdir: 'jupyterlab_mlops/gateway',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  minify: process.argv.includes('--minify'),
  legalComments: 'linked',
  define: { __VERSION__: JSON.stringify(version) },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"
  },
  logLevel: 'warning'
});
