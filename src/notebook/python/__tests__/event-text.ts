import type { CellEvent, ICode, Value } from '../value';

/** What happens in a cell, a line for each event; what functions do when called is indented. */
export function eventLines(events: readonly CellEvent[]): string[] {
  const seen = new Set<ICode>();
  return events.flatMap(event => {
    const codes: ICode[] = [];
    const line = eventText(event, codes);
    return [line, ...codes.flatMap(code => codeLines(code, seen))];
  });
}

function codeLines(code: ICode, seen: Set<ICode>): string[] {
  if (seen.has(code)) {
    return [];
  }
  seen.add(code);
  const marks = [
    code.method && 'method',
    code.generator && 'generator',
    code.coroutine && 'coroutine'
  ].filter(Boolean);
  const params = code.params.map((name, at) =>
    code.gathering.has(at) ? `*${name}` : name
  );
  const inner: ICode[] = [];
  const values = (label: string, list: readonly Value[]): string[] =>
    list.map(value => `  ${label} ${valueText(value, inner)}`);
  const lines = [
    `${code.kind} ${code.name}(${params.join(', ')})${marks.length > 0 ? ` ${marks.join(' ')}` : ''}`,
    ...code.events.map(event => `  ${eventText(event, inner)}`),
    ...values('returns', code.returns),
    ...values('related', code.related),
    ...values('holds', code.holds)
  ];
  const nested = [...code.nested, ...inner].flatMap(item => codeLines(item, seen));
  return [...lines, ...nested].map(line => `  ${line}`);
}

function eventText(event: CellEvent, codes: ICode[]): string {
  const value = (item: Value): string => valueText(item, codes);
  const guarded = event.guarded ? '?' : '';
  const place = `${event.from}-${event.to}${guarded}`;
  switch (event.t) {
    case 'read': {
      const marks = [event.own && 'own', event.bare && 'bare']
        .filter(Boolean)
        .join(' ');
      return `${place} read ${event.name} ${marks}`.trimEnd();
    }
    case 'write':
      return `${place} write ${event.name}${event.definite ? '' : ' perhaps'} = ${value(event.value)}`;
    case 'mutate':
      return `${place} change ${value(event.target)} with [${event.captures.map(value).join(', ')}]`;
    case 'delete':
      return `${place} delete ${event.name}${event.definite ? '' : ' perhaps'}`;
    case 'call': {
      const { statement, managed, method } = event.call;
      const marks = [
        statement && 'statement',
        managed && 'managed',
        event.call.guarded && 'guarded',
        method !== null && `.${method}`
      ].filter(Boolean);
      return `${place} call ${value({ t: 'call', call: event.call })} ${marks.join(' ')}`.trimEnd();
    }
    default: {
      const { t, from, to, guarded: caught, ...rest } = event;
      return `${place} ${t} ${Object.values(rest).join(' ')}`.trimEnd();
    }
  }
}

function valueText(value: Value, codes: ICode[]): string {
  const text = (item: Value): string => valueText(item, codes);
  switch (value.t) {
    case 'const':
      return `const(${value.word ?? (value.text === null ? '' : JSON.stringify(value.text))})`;
    case 'name':
      return value.name;
    case 'param':
      return `param ${value.index}`;
    case 'module':
      return `${value.member ? 'member' : 'module'} ${value.module}`;
    case 'parts':
      return `${value.mutable ? 'new' : ''}[${value.of.map(text).join(', ')}]`;
    case 'member':
      return `${text(value.of)}.${value.attribute ?? '[]'}`;
    case 'call': {
      const args = value.call.args.map(arg => {
        const star = arg.spread ? '**' : arg.unpacked ? '*' : '';
        return `${star}${arg.keyword === null ? '' : `${arg.keyword}=`}${text(arg.value)}`;
      });
      return `${text(value.call.callee)}(${args.join(', ')})`;
    }
    case 'code':
      codes.push(value.code);
      return `<${value.code.name}>`;
    case 'op':
      return `(${value.op}: ${value.of.map(text).join(', ')})`;
    case 'format':
      return `f(${value.of.map(item => (typeof item === 'string' ? JSON.stringify(item) : text(item))).join(', ')})`;
    case 'stream':
      return `stream[${value.of.map(text).join(', ')}]`;
  }
}
