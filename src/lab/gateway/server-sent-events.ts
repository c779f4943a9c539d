/** One event of a stream: its id, by which a listener resumes, and its text. */
export interface IServerSentEvent {
  id: string | null;
  data: string;
}

/**
 * Splits the text of an event stream into events (WHATWG HTML, "Server-sent events"). Comments keep
 * the line open and give nothing. Text may come in pieces of any size.
 */
export class ServerSentEventParser {
  /** Takes the next piece and gives the events that it completes. */
  push(text: string): IServerSentEvent[] {
    const blocks = (this._rest + text).replace(/\r\n?/g, '\n').split('\n\n');
    this._rest = blocks.pop() ?? '';
    return blocks.map(parseBlock).filter(event => event !== null);
  }

  private _rest = '';
}

function parseBlock(block: string): IServerSentEvent | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') {
      id = value;
    } else if (field === 'data') {
      data.push(value);
    }
  }
  return data.length === 0 ? null : { id, data: data.join('\n') };
}
