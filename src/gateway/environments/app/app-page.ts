import { posix } from 'node:path';

/** What an app's page finds in `<meta name="mlops-endpoint">`, as JSON. */
export interface IAppSettings {
  environment: string;
  model: string;
  /** Of its endpoint: it answers `POST <address>/predict`. */
  address: string;
  token: string;
  expiresAt: string;
}

/** Reads a file of the app by its path in the app's folder; null where there is none. */
export type ReadAppFile = (
  path: string
) => Promise<{ type: string; content: Uint8Array } | null>;

/** A tag up to and with the address that it loads. */
const LOADS = /(<(?:script|link|img)\b[^>]*?\s(?:src|href)=)(["'])([^"']+)\2/gi;

/**
 * The page as it is served: its settings put in first, and the scripts, styles and images of its own
 * folder put in place as data. In a sandbox the page's origin is opaque, so that the browser would
 * ask for them without the login's cookie.
 *
 * @param path Of the page in the app's folder.
 */
export async function appPage(
  html: string,
  path: string,
  read: ReadAppFile,
  settings: IAppSettings | null
): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const match of html.matchAll(LOADS)) {
    const [text, before, , reference] = match;
    const data = await ownFile(reference, path, read);
    parts.push(html.slice(end, match.index), data ? `${before}"${data}"` : text);
    end = match.index + text.length;
  }
  const whole = parts.join('') + html.slice(end);
  return settings ? withSettings(whole, settings) : whole;
}

/** A file of the app as a data URL; null for what lies elsewhere. */
async function ownFile(
  reference: string,
  page: string,
  read: ReadAppFile
): Promise<string | null> {
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
  const type = file.type.replace('; ', ';');
  return `data:${type};base64,${Buffer.from(file.content).toString('base64')}`;
}

function withSettings(html: string, settings: IAppSettings): string {
  const json = JSON.stringify(settings)
    .replace(/&/g, '&amp;')
    .replace(/"/g, '&quot;')
    .replace(/</g, '&lt;');
  const meta = `<meta name="mlops-endpoint" content="${json}">`;
  const head = /<head\b[^>]*>/i.exec(html) ?? /<!doctype[^>]*>/i.exec(html);
  const at = head ? head.index + head[0].length : 0;
  return html.slice(0, at) + meta + html.slice(at);
}
