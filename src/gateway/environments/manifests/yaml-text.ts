import { parseAllDocuments, stringify } from 'yaml';
import type { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';

const MOST_CHARACTERS = 1024 * 1024;

/** Objects as one YAML stream; the same objects give the same text. */
export function yamlText(...objects: object[]): string {
  return objects
    .map(object => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

/**
 * The first document of a file, checked. Aliases are not followed: a few bytes could stand for
 * gigabytes.
 *
 * @throws MlopsError `manifest-broken` naming file, place and reason.
 */
export function readYaml<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const broken = (cause: string): MlopsError =>
    new MlopsError('refused', {
      code: 'manifest-broken',
      message: `${path} in the environments' repository cannot be used.`,
      cause,
      action: 'Correct the file with a commit, or revert the commit that changed it.'
    });
  if (text.length > MOST_CHARACTERS) {
    throw broken('It is larger than 1 MiB.');
  }
  const documents = parseAllDocuments(text);
  const [document] = Array.isArray(documents) ? documents : [];
  if (!document) {
    throw broken('It is empty.');
  }
  if (document.errors.length > 0) {
    throw broken(document.errors[0].message);
  }
  const result = schema.safeParse(
    plain(() => document.toJS({ maxAliasCount: 0 }), broken)
  );
  if (!result.success) {
    const [{ path: place, message }] = result.error.issues;
    throw broken(`${place.join('.') || 'the document'}: ${message}`);
  }
  return result.data;
}

function plain(read: () => unknown, broken: (cause: string) => MlopsError): unknown {
  try {
    return read();
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
}
