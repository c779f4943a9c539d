import { StringDecoder } from 'node:string_decoder';

/** More than the largest page, in characters. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/**
 * The whole lines of a stream as they come. What follows the last end of a line was cut off, and is
 * not given.
 *
 * @throws the stream's own error, and where a line is longer than any can be
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let held = 0;
  for await (const chunk of stream) {
    const lines = decoder.write(chunk).split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      yield [...parts, line].join('');
      parts = [];
      held = 0;
    }
    parts.push(rest);
    held += rest.length;
    if (held > MOST_CHARACTERS) {
      throw new Error(`A line has more than ${MOST_CHARACTERS} characters.`);
    }
  }
}
