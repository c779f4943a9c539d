const { createHash } = require('crypto');
const { readFileSync } = require('fs');
const { transformSync } = require('esbuild');

const version = createHash('sha256').update(readFileSync(__filename)).digest('hex');

/** TypeScript and ES modules to what jest runs, at esbuild's speed. Types are checked by `tsc`. */
module.exports = {
  getCacheKey: (source, file) =>
    createHash('sha256').update(version).update(file).update(source).digest('hex'),
  process(source, file) {
    const loader = /\.tsx$/.test(file) ? 'tsx' : /\.[cm]?ts$/.test(file) ? 'ts' : 'jsx';
    return transformSync(source, {
      loader,
      format: 'cjs',
      target: 'node24',
      sourcemap: 'inline',
      sourcefile: file,
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': '__jest_import_meta_url' },
      banner:
        "const __jest_import_meta_url = require('url').pathToFileURL(__filename).href;"
    });
  }
};
