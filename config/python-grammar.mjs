// Makes the tables of the parser of Python from the grammar of @lezer/python and our rules.
// With --check it only says whether the tables are those.
import { buildParserFile } from '@lezer/generator';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { composeGrammar, versionOf } from './grammar-rules.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PACKAGE = join(ROOT, 'node_modules/@lezer/python');
const FOLDER = join(ROOT, 'src/notebook/python/grammar');

/**
 * The files of the parser, by name.
 *
 * @returns {Record<string, string>}
 */
function parserFiles() {
  const ours = readFileSync(join(FOLDER, 'own-rules.grammar'), 'utf8');
  const theirs = readFileSync(join(PACKAGE, 'src/python.grammar'), 'utf8');
  const { name, version } = JSON.parse(
    readFileSync(join(PACKAGE, 'package.json'), 'utf8')
  );
  if (version !== versionOf(ours)) {
    throw new Error(
      `${name} is ${version}, and own-rules.grammar was written for ${versionOf(ours)}: ` +
        'compare the rules that it replaces, then change its @version.'
    );
  }
  const { parser, terms } = buildParserFile(composeGrammar(theirs, ours), {
    typeScript: true,
    moduleStyle: 'es',
    warn: message => {
      throw new Error(message);
    }
  });
  const head = notice(name, version);
  return { 'parser.ts': head + parser, 'parser.terms.ts': head + terms };
}

/** Says in each bundle of whose grammar the tables are made; minifiers keep `/*!`. */
function notice(name, version) {
  const licence = readFileSync(join(PACKAGE, 'LICENSE'), 'utf8').trim();
  return `/*!
Tables made by \`jlpm build:grammar\` from the grammar of ${name} ${version}, whose licence follows, and from own-rules.grammar.

${licence}
*/
`;
}

const check = process.argv.includes('--check');
for (const [file, text] of Object.entries(parserFiles())) {
  const path = join(FOLDER, file);
  if (check && readFileSync(path, 'utf8') !== text) {
    console.error(`${file} is stale: run \`jlpm build:grammar\`.`);
    process.exitCode = 1;
  } else if (!check) {
    writeFileSync(path, text);
  }
}
