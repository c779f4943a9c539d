import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject,
  ReadonlyPartialJSONValue
} from '@lumino/coreutils';

interface IArgument {
  type: 'string' | 'number' | 'object';
  description: string;
}

/** The JSON schema of a command's arguments; all may be left out unless named as required. */
export function describe(
  properties: Record<string, IArgument>,
  required: string[] = []
): CommandRegistry.ICommandOptions['describedBy'] {
  const args: ReadonlyJSONObject = {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, { type, description }]) => [
        name,
        { type, description }
      ])
    ),
    required
  };
  return { args };
}

export function text(description: string): IArgument {
  return { type: 'string', description };
}

export function number(description: string): IArgument {
  return { type: 'number', description };
}

export function record(description: string): IArgument {
  return { type: 'object', description };
}

/** The argument as text; undefined where it is absent or something else. */
export function textOf(
  args: ReadonlyPartialJSONObject,
  name: string
): string | undefined {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(
  args: ReadonlyPartialJSONObject,
  name: string
): number | undefined {
  const value = args[name];
  return typeof value === 'number' ? value : undefined;
}

export function recordOf(
  args: ReadonlyPartialJSONObject,
  name: string
): Record<string, ReadonlyPartialJSONValue | undefined> | undefined {
  const value = args[name];
  return isRecord(value) ? value : undefined;
}

function isRecord(
  value: ReadonlyPartialJSONValue | undefined
): value is ReadonlyPartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
