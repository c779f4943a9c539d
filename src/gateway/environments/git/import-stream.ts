import type { Actor } from '../../../contract/identifier';
import { toName } from '../../../contract/name';
import { commitMessage } from './commit-message';
import type { INewCommit } from './port';

/**
 * One commit in the language of `git fast-import`; git answers with its id.
 *
 * @param reference Where it is made.
 * @param seconds Time of the commit since 1970.
 */
export function importStream(
  commit: INewCommit,
  reference: string,
  seconds: number
): string {
  const { author, body, files, merges, parent, subject, trailers } = commit;
  const who = `${identity(author)} ${seconds} +0000`;
  const changes = [...files].map(([path, content]) =>
    content === null
      ? `D ${quoted(path)}`
      : `M 100644 inline ${quoted(path)}\n${data(content)}`
  );
  return [
    `commit ${reference}`,
    'mark :1',
    `author ${who}`,
    `committer ${who}`,
    data(commitMessage(subject, body ?? '', trailers)),
    ...(parent ? [`from ${parent}`] : []),
    ...(merges ? [`merge ${merges}`] : []),
    ...changes,
    'get-mark :1',
    'done',
    ''
  ].join('\n');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** Author and committer from who acts: Git itself need not be configured. */
function identity({ name }: Actor): string {
  // Git refuses angle brackets, line ends and a name without any letter.
  const plain = name.replace(/[<>\p{Cc}]/gu, ' ').trim();
  const shown = /[\p{L}\p{N}]/u.test(plain) ? plain : 'unknown';
  const email = /^[^\s@]+@[^\s@]+$/.test(shown)
    ? shown
    : `${toName(shown) || 'unknown'}@localhost`;
  return `${shown} <${email}>`;
}
