import { mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { secretsOf } from '../../contract/secret-parameter';
import { removeSecrets, withSecrets, writeSecrets } from '../pipelines/secret-file';

/** What retrainings keep on disk: the data that they cut, and secret values until their run begins. */
export class RetrainingFolders {
  /** @param root `<data home>/retrainings` */
  constructor(root: string) {
    this._root = root;
  }

  /** The folder of one, made where it is absent. */
  make(id: string): string {
    const folder = join(this._root, id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  async keepSecrets(id: string, parameters: Record<string, unknown>): Promise<void> {
    const secrets = secretsOf(parameters);
    if (Object.keys(secrets).length > 0) {
      this.make(id);
      await writeSecrets(this._secrets(id), secrets);
    }
  }

  withSecrets(
    id: string,
    parameters: Record<string, unknown>
  ): Record<string, unknown> {
    return withSecrets(parameters, this._secrets(id));
  }

  removeSecrets(id: string): void {
    removeSecrets(this._secrets(id));
  }

  /** Deletes folders; gives the number of files that were in them. */
  async delete(chosen: (id: string, written: Date) => boolean): Promise<number> {
    const names = await readdir(this._root).catch(() => []);
    let files = 0;
    for (const id of names) {
      const folder = join(this._root, id);
      const { mtime } = await stat(folder);
      if (chosen(id, mtime)) {
        files += (await readdir(folder)).length;
        await rm(folder, { recursive: true, force: true });
      }
    }
    return files;
  }

  private _secrets(id: string): string {
    return join(this._root, id, 'secrets.json');
  }

  private readonly _root: string;
}
