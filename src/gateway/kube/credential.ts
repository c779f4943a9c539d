import { readFileSync } from 'node:fs';

import { MlopsError } from '../../contract/mlops-error';
import { codeOf } from '../thrown';
import type { ExecCredential } from './exec-plugin';

/** A credential is fetched anew this long before it expires. */
const BEFORE_EXPIRY = 30_000;

/**
 * The credential that a program gave, kept until shortly before it expires. One without an expiry is
 * kept until the cluster refuses it.
 */
export class ProgramCredential {
  constructor(fetch: () => Promise<ExecCredential>) {
    this._fetch = fetch;
  }

  /** Those who ask at once share one run of the program. */
  async get(): Promise<ExecCredential> {
    const credential = await (this._kept ??= this._fetchAnew());
    if (!expiresSoon(credential)) {
      return credential;
    }
    this._kept = this._fetchAnew();
    return this._kept;
  }

  forget(): void {
    this._kept = null;
  }

  private _fetchAnew(): Promise<ExecCredential> {
    const fetched = this._fetch();
    fetched.catch(() => {
      // A failure is told to who waits for it, and not kept.
      if (this._kept === fetched) {
        this._kept = null;
      }
    });
    return fetched;
  }

  private readonly _fetch: () => Promise<ExecCredential>;
  private _kept: Promise<ExecCredential> | null = null;
}

function expiresSoon({ expirationTimestamp }: ExecCredential): boolean {
  return (
    expirationTimestamp !== undefined &&
    Date.parse(expirationTimestamp) - BEFORE_EXPIRY < Date.now()
  );
}

/**
 * The token in a file, read each time: it is renewed while we run.
 *
 * @throws MlopsError `token-file-not-readable`
 */
export function readTokenFile(path: string): string {
  let text = '';
  let reason = 'it is empty';
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    reason = codeOf(error);
  }
  if (text === '') {
    throw new MlopsError('refused', {
      code: 'token-file-not-readable',
      message: `The token of your identity cannot be read from ${path} (${reason}).`,
      action:
        'Log in again, or restart the workbench so that the token is mounted anew.'
    });
  }
  return text;
}
