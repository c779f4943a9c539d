import type { Command } from 'commander';

import { MlopsError, type ErrorKind } from '../contract/mlops-error';
import { toApiError } from '../gateway/jobs/jobs';
import { Client } from './client';
import { createOutput, type IOutput } from './output';

/** Exit codes: 0 done, 1 failed, 2 wrong usage or refused input. */
export const EXIT = { done: 0, failed: 1, refused: 2 } as const;

/** What the user can mend by asking differently. */
const REFUSED = new Set<ErrorKind>(['refused', 'conflict', 'not-found']);

export interface ICommandContext {
  client: Client;
  output: IOutput;
}

/** What a command's function gives: its exit code, 0 where it gives none. */
export type CommandResult = number | void;

/** Opens the gateway, runs the work, prints errors, closes, and sets the exit code. */
export async function withClient(
  command: Command,
  work: (context: ICommandContext) => Promise<CommandResult>
): Promise<void> {
  await withOutput(command, async output => {
    const client = await Client.open();
    try {
      return await work({ client, output });
    } finally {
      await client.close();
    }
  });
}

/** Said where this command does the gateway's work itself. */
export const ENDS_WITH_COMMAND =
  'Its endpoint ends with this command: `jupyter mlops up` or JupyterLab keeps it up.';

/** The same without a gateway. */
export async function withOutput(
  command: Command,
  work: (output: IOutput) => Promise<CommandResult>
): Promise<void> {
  const output = createOutput(Boolean(command.optsWithGlobals().json));
  try {
    process.exitCode = (await work(output)) ?? EXIT.done;
  } catch (error) {
    output.error(toApiError(error));
    process.exitCode = isRefusal(error) ? EXIT.refused : EXIT.failed;
  }
}

/** True where nothing was done, and asking differently may help. */
export function isRefusal(error: unknown): error is MlopsError {
  return error instanceof MlopsError && REFUSED.has(error.kind);
}

/** `--param k=v`, repeated: the value is read as JSON where it is JSON, else as text. */
export function collectParameter(
  text: string,
  known: Record<string, unknown>
): Record<string, unknown> {
  const { key, value } = split(text, '--param');
  try {
    return { ...known, [key]: JSON.parse(value) };
  } catch {
    return { ...known, [key]: value };
  }
}

/** `--file path-in-folder=file`, repeated. */
export function collectFile(
  text: string,
  known: Record<string, string>
): Record<string, string> {
  const { key, value } = split(text, '--file');
  return { ...known, [key]: value };
}

function split(text: string, option: string): { key: string; value: string } {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new MlopsError('refused', {
      code: 'option-invalid',
      message: `${option} ${text} is not of the form name=value.`
    });
  }
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}
