/** Prints the rights that the adapters need, as the product itself knows them. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const { outputFiles } = await build({
  entryPoints: [
    fileURLToPath(new URL('../../src/gateway/kube/adapter-needs.ts', import.meta.url))
  ],
  bundle: true,
  format: 'esm',
  write: false
});
const source = Buffer.from(outputFiles[0].text).toString('base64');
const { ADAPTER_NEEDS } = await import(`data:text/javascript;base64,${source}`);
process.stdout.write(JSON.stringify(ADAPTER_NEEDS));
