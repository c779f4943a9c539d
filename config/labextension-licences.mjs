// Adds to the licences of the built extension those of packages that its code is made from: none of
// their modules is bundled, so that the bundler does not see them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const REPORT = 'jupyterlab_mlops/labextension/static/third-party-licenses.json';
// Our grammar of Python is made from that of this package
const MADE_FROM = ['@lezer/python'];

const report = JSON.parse(readFileSync(REPORT, 'utf8'));
const own = MADE_FROM.map(folder => {
  const path = join('node_modules', folder);
  const { name, version, license } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8')
  );
  return {
    name,
    versionInfo: version,
    licenseId: license,
    extractedText: readFileSync(join(path, 'LICENSE'), 'utf8')
  };
});
const others = report.packages.filter(({ name }) => !MADE_FROM.includes(name));
const packages = [...others, ...own].sort((a, b) => (a.name < b.name ? -1 : 1));
writeFileSync(REPORT, `${JSON.stringify({ ...report, packages }, null, 2)}\n`);
