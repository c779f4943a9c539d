import type {
  Conversion,
  Diagnostic,
  MissingNeed,
  Need
} from '../../contract/pipeline';
import type { IGateway } from '../tokens';

/** Milliseconds for which an answer is believed: files come and go. */
const FRESH = 10_000;

/**
 * What the notebook needs and the server does not have. Only the gateway can look; until it has, and
 * without it, nothing is said to be missing.
 */
export class NeedsCheck {
  /** @param onAnswer Called where an answer changes what is missing. */
  constructor(gateway: IGateway, onAnswer: () => void) {
    this._gateway = gateway;
    this._onAnswer = onAnswer;
  }

  /** The missing needs of a conversion at their places as they are now, as far as is known. */
  missing({ needs = [] }: Conversion): Diagnostic[] {
    return needs.flatMap(({ kind, name, ...place }) => {
      const found = this._missing.get(`${kind} ${name}`);
      return found ? [{ ...found, ...place }] : [];
    });
  }

  /** Asks the gateway, unless it has just answered the same. */
  async look(path: string, kernel: string, conversion: Conversion): Promise<void> {
    const { needs = [], searchPath = [] } = conversion;
    const names = needs.map(keyOf);
    const key = JSON.stringify([path, kernel, names, searchPath]);
    const isFresh = key === this._key && Date.now() - this._askedAt < FRESH;
    if (isFresh || !this._gateway.isReady) {
      return;
    }
    this._key = key;
    this._askedAt = Date.now();
    const missing = await this._ask(path, kernel, needs, searchPath);
    if (key === this._key && missing) {
      const before = JSON.stringify([...this._missing.keys()]);
      this._missing = new Map(
        missing.map(({ need, diagnostic }) => [keyOf(need), diagnostic])
      );
      if (JSON.stringify([...this._missing.keys()]) !== before) {
        this._onAnswer();
      }
    }
  }

  private async _ask(
    notebook: string,
    kernel: string,
    needs: Need[],
    searchPath: string[]
  ): Promise<MissingNeed[] | null> {
    if (needs.length === 0) {
      return [];
    }
    try {
      const { missing } = await this._gateway.client.call('checkNeeds', {
        body: { notebook, kernel, needs, searchPath }
      });
      return missing;
    } catch {
      // The panel's header says what is wrong with the gateway; a kernel that is not there is said by the run.
      return null;
    }
  }

  private readonly _gateway: IGateway;
  private readonly _onAnswer: () => void;
  private _missing = new Map<string, Diagnostic>();
  private _key = '';
  private _askedAt = 0;
}

function keyOf({ kind, name }: Need): string {
  return `${kind} ${name}`;
}
