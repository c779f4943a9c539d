import type { ApiError } from '../contract/error';

/** Where a command writes: people read lines, programs read one JSON document. */
export interface IOutput {
  json: boolean;
  /** A line for people; nothing where a program reads. */
  line(text: string): void;
  /** Progress, on standard error, so that standard output stays clean. */
  progress(text: string): void;
  /** The result: printed as one document where a program reads. */
  result(value: unknown): void;
  error(error: ApiError): void;
}

export function createOutput(json: boolean): IOutput {
  return {
    json,
    line: text => {
      if (!json) {
        process.stdout.write(`${text}\n`);
      }
    },
    progress: text => {
      if (!json) {
        process.stderr.write(`${text}\n`);
      }
    },
    result: value => {
      if (json) {
        process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      }
    },
    error: error => {
      if (json) {
        process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
      }
      printError(error);
    }
  };
}

/** Message, cause and next step on standard error, also where a program reads. */
export function printError({ message, cause, action }: ApiError): void {
  const text = [message, cause, action].filter(Boolean).join('\n  ');
  process.stderr.write(`${text}\n`);
}

/** Columns padded to equal width, two blanks between them. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column].length))
  );
  return [head, ...rows]
    .map(row =>
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join('  ')
        .trimEnd()
    )
    .join('\n');
}

/** The first twelve digits of a digest, as people compare them. */
export function short(digest: string | null): string {
  return digest ? digest.replace('sha256:', '').slice(0, 12) : '–';
}

/** At most four significant digits. */
export function figure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}
