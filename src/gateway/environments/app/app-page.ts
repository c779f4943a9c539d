import { posix } from 'node:path';

/** What an app's page finds in `window.mlops`. */
export interface IAppSettings {
  environment: string;
  model: string;
  /** Address of its endpoint; it answers `POST <endpoint>/predict`. */
  endpoint: string;
  token: string;
  expiresAt: string;
}

/** Reads a file of the app by its path in the app's folder; null where there is none. */
export type ReadAppFile = (
  path: string
) => Promise<{ type: string; content: Uint8Array } | null>;

const SCRIPT = /<script\b([^>]*?)\ssrc=(["'])([^"']+)\2([^>]*)>\s*<\/script>/gi;
const STYLE = /<link\b[^>]*>/gi;
const IMAGE = /(<img\b[^>]*?\ssrc=)(["'])([^"']+)\2/gi;

/**
 * The page as it is served: its settings put in first, and the scripts, styles and images of its own
 * folder put in place. In a sandbox the page's origin is opaque, so that the browser would ask for
 * them without the login's cookie.
 *
 * @param path Of the page in the app's folder.
 */
export async function appPage(
  html: string,
  path: string,
  read: ReadAppFile,
  settings: IAppSettings | null
): Promise<string> {
  const own = (reference: string): Promise<IOwnFile | null> =>
    ownFile(reference, path, read);
  const scripts = await replaceEach(html, SCRIPT, async match => {
    const file = await own(match[3]);
    const text = file?.text().replace(/<\/script/gi, '<\\/script');
    return text === undefined ? null : `<script${match[1]}${match[4]}>${text}</script>`;
  });
  const styles = await replaceEach(scripts, STYLE, async ([tag]) => {
    const href = /\shref=(["'])([^"']+)\1/i.exec(tag);
    const file = /\srel=["']?stylesheet/i.test(tag) && href ? await own(href[2]) : null;
    const text = file?.text().replace(/<\/style/gi, '<\\/style');
    return text === undefined ? null : `<style>${text}</style>`;
  });
  const images = await replaceEach(styles, IMAGE, async match => {
    const file = await own(match[3]);
    return file ? `${match[1]}"${file.dataUrl()}"` : null;
  });
  return settings ? withSettings(images, settings) : images;
}

interface IOwnFile {
  text(): string;
  dataUrl(): string;
}

async function ownFile(
  reference: string,
  page: string,
  read: ReadAppFile
): Promise<IOwnFile | null> {
  if (/^([a-z][-+.a-z0-9]*:|\/|#)/i.test(reference)) {
    return null;
  }
  const path = posix.normalize(
    posix.join(posix.dirname(page), reference.replace(/[?#].*$/, ''))
  );
  const file = await read(path);
  if (!file) {
    return null;
  }
  const bytes = Buffer.from(file.content);
  return {
    text: () => bytes.toString('utf8'),
    dataUrl: () =>
      `data:${file.type.replace(/; .*$/, '')};base64,${bytes.toString('base64')}`
  };
}

function withSettings(html: string, settings: IAppSettings): string {
  // `<` must not end the script early, whatever a name holds.
  const json = JSON.stringify(settings).replace(/</g, '\\u003c');
  const script = `<script>window.mlops = Object.freeze(${json});</script>`;
  const head = /<head\b[^>]*>/i.exec(html) ?? /<!doctype[^>]*>/i.exec(html);
  const at = head ? head.index + head[0].length : 0;
  return html.slice(0, at) + script + html.slice(at);
}

/** Replaces matches by what `replacement` gives; null leaves a match as it is. */
async function replaceEach(
  text: string,
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => Promise<string | null>
): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const found = await replacement(match);
    parts.push(text.slice(end, match.index), found ?? match[0]);
    end = match.index + match[0].length;
  }
  return parts.join('') + text.slice(end);
}
