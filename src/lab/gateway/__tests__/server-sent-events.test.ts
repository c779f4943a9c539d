import { ServerSentEventParser } from '../server-sent-events';

describe('the text of an event stream', () => {
  it('gives an event with its id and data', () => {
    const parser = new ServerSentEventParser();
    expect(parser.push('id: 7\ndata: {"a":1}\n\n')).toEqual([
      { id: '7', data: '{"a":1}' }
    ]);
  });

  it('waits for the rest of an event that comes in pieces', () => {
    const parser = new ServerSentEventParser();
    expect(parser.push('id: 7\nda')).toEqual([]);
    expect(parser.push('ta: x\n')).toEqual([]);
    expect(parser.push('\nid: 8\ndata: y\n\n')).toEqual([
      { id: '7', data: 'x' },
      { id: '8', data: 'y' }
    ]);
  });

  it('takes comments as nothing', () => {
    expect(new ServerSentEventParser().push(': ping\n\n: ping\n\n')).toEqual([]);
  });

  it('joins several lines of data', () => {
    expect(new ServerSentEventParser().push('data: a\ndata: b\n\n')).toEqual([
      { id: null, data: 'a\nb' }
    ]);
  });

  it('reads lines that end as on Windows', () => {
    expect(new ServerSentEventParser().push('id: 1\r\ndata: a\r\n\r\n')).toEqual([
      { id: '1', data: 'a' }
    ]);
  });
});
