import { stringify } from 'yaml';

/** Older readers take `no`, `12:30` and `1_000` for something else: here such words are quoted. */
const OPTIONS = {
  version: '1.1',
  lineWidth: 0,
  aliasDuplicateObjects: false
} as const;

/** YAML documents; keys keep their order, and undefined ones are left out. */
export function yamlText(documents: unknown[]): string {
  return documents.map(document => stringify(document, OPTIONS)).join('---\n');
}
