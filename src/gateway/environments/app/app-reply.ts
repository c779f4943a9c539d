import { MlopsError } from '../../../contract/mlops-error';
import type { IImageStore } from '../../images/port';
import { appFiles, contentType } from './app-artifact';
import { appPage, type IAppSettings, type ReadAppFile } from './app-page';

/** Everything that keeps an app out of Jupyter's origin and away from any other address. */
function securityHeaders(origin: string | null): Record<string, string> {
  const policy = [
    'sandbox allow-scripts allow-forms',
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline' data:",
    "style-src 'self' 'unsafe-inline' data:",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src ${origin ?? "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'"
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store'
  };
}

export interface IAppRequest {
  store: IImageStore;
  /** Digest of the app's content: what the environment's release declares. */
  digest: string;
  /** The path below `…/app/`, still encoded. */
  path: string;
  /** The only address that the page may ask; null while no endpoint answers on this computer. */
  origin: string | null;
  /** Made only where a page is handed out. */
  settings(): IAppSettings | null;
}

/** One file of an app by its path. @throws MlopsError `app-file-unknown` */
export async function appReply(request: IAppRequest): Promise<Response> {
  const { store, digest, origin } = request;
  const files = await appFiles(store, digest);
  const read: ReadAppFile = async path => {
    const blob = files.get(path);
    return blob
      ? { type: contentType(path), content: await store.readBlob(blob) }
      : null;
  };
  const path = decoded(request.path) || 'index.html';
  // Only names that the artifact itself lists are ever looked up: no path reaches a disk.
  const file = await read(path);
  if (!file) {
    throw new MlopsError('not-found', {
      code: 'app-file-unknown',
      message: 'The app has no such file.'
    });
  }
  const headers = { ...securityHeaders(origin), 'Content-Type': file.type };
  if (!file.type.startsWith('text/html')) {
    return new Response(new Uint8Array(file.content), { headers });
  }
  const html = Buffer.from(file.content).toString('utf8');
  return new Response(await appPage(html, path, read, request.settings()), { headers });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A broken escape names no file.
    return '\0';
  }
}
