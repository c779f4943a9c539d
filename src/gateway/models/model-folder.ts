import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { Column } from '../../contract/model';
import { checkFileName } from '../images/model-layer';
import { errorMessage, systemErrorCode } from '../images/system-error';

const Scalar = z.union([z.number(), z.string(), z.boolean()]);

/** `describe.json` (docs/step-runner.md). */
export const Description = z.object({
  variable: z.string(),
  type: z.string(),
  kind: z.string().nullable(),
  /** Null where the model cannot be served. */
  file: z.string().nullable(),
  /** Distributions that opening the file imports. */
  imports: z.array(z.string()).default([]),
  /** Zip file with the modules of the project that the file imports. */
  modules: z.string().nullable().default(null),
  task: z.enum(['regression', 'classification', 'other']),
  classes: z.array(Scalar).nullable(),
  inputs: z.array(Column),
  target: z.object({ name: z.string().nullable(), dtype: z.string() }).nullable(),
  trainedRows: z.number().int().nullable(),
  cutOff: z.string().nullable(),
  /** Null where the training frame was not seen. */
  frame: z.enum(['pandas', 'numpy']).nullable(),
  example: z
    .object({
      rows: z.array(z.record(z.string(), z.unknown())),
      /** One value a row; lists where the model gives several. */
      predictions: z.array(z.unknown()),
      probabilities: z.array(z.array(z.number())).nullable()
    })
    .nullable(),
  missing: z.array(z.string())
});
export type Description = z.infer<typeof Description>;

const Values = z.object({ name: z.string(), values: z.array(z.unknown()) });
/** `training.json` (docs/step-runner.md). */
export const Training = z.object({
  columns: z.array(Values),
  times: z.array(z.string().nullable()).nullable()
});
export type Training = z.infer<typeof Training>;

/**
 * The folder that a run, or a live kernel, left for one model. Its files were written by the user's
 * code: names are checked and symbolic links are not followed.
 */
export class ModelFolder {
  private constructor(private readonly _path: string) {}

  /**
   * @param path The folder.
   * @param below The folder that it must lie in, whatever links its path goes through.
   * @throws MlopsError `model-folder-outside`, `model-folder-missing`
   */
  static async open(path: string, below: string): Promise<ModelFolder> {
    const [real, root] = await Promise.all([realpath(path), realpath(below)]).catch(
      (error: unknown) => {
        throw new MlopsError('not-found', {
          code: 'model-folder-missing',
          message: `The model's folder ${path} is not there.`,
          cause: errorMessage(error),
          action: 'Run the notebook again and register that run.'
        });
      }
    );
    if (!real.startsWith(root + sep)) {
      throw new MlopsError('refused', {
        code: 'model-folder-outside',
        message: `${path} is outside of ${below}: nothing is read from there.`
      });
    }
    return new ModelFolder(real);
  }

  /** @throws MlopsError `model-description-invalid` */
  async description(): Promise<Description> {
    return await this._json('describe.json', Description);
  }

  async training(): Promise<Training | null> {
    return (await this._has('training.json'))
      ? await this._json('training.json', Training)
      : null;
  }

  async rows(): Promise<Uint8Array | null> {
    return (await this._has('rows.bin')) ? await this.file('rows.bin') : null;
  }

  /** Reads another of its JSON files; null where it is absent. */
  async optional<T>(name: string, schema: z.ZodType<T>): Promise<T | null> {
    return (await this._has(name)) ? await this._json(name, schema) : null;
  }

  /** @throws MlopsError `file-name-invalid`, `model-file-unreadable` for links and what is no file */
  async file(name: string): Promise<Uint8Array> {
    checkFileName(name);
    try {
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const file = await open(join(this._path, name), flags);
      try {
        if (!(await file.stat()).isFile()) {
          throw new Error('It is not a file.');
        }
        return await file.readFile();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new MlopsError('refused', {
        code: 'model-file-unreadable',
        message: `The model's file ${name} cannot be read.`,
        cause:
          systemErrorCode(error) === 'ELOOP'
            ? 'It is a symbolic link, which is not followed.'
            : errorMessage(error)
      });
    }
  }

  private async _has(name: string): Promise<boolean> {
    return (await readdir(this._path)).includes(name);
  }

  private async _json<T>(name: string, schema: z.ZodType<T>): Promise<T> {
    const text = Buffer.from(await this.file(name)).toString('utf8');
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new MlopsError('refused', {
        code: 'model-description-invalid',
        message: `The model's ${name} is not what it should be.`,
        cause:
          error instanceof z.ZodError
            ? `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`
            : 'It is not JSON.'
      });
    }
  }
}
