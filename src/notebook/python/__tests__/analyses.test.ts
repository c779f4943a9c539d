import { ACCEPTED } from '../../__tests__/accepted-cells';
import { writtenDown } from '../../__tests__/written-down';
import { analyseCell } from '../../cell-analysis';
import { CONSTRUCTS } from './constructs';
import { eventLines } from './event-text';

/**
 * What is found in each construct, written down once and read. After a change that is meant:
 * `UPDATE=1 jest analyses`, and read what has changed.
 */
const known = writtenDown('src/notebook/python/__tests__/analyses.json');

it.each([...CONSTRUCTS, ...ACCEPTED].map(source => [source]))('%s', source => {
  const { events, imports, identity, interpreter, opaque, problems, empty } =
    analyseCell(source);
  const lines = [
    ...eventLines(events),
    ...problems.map(
      ({ code, message, from, to }) => `problem ${code} ${from}-${to}: ${message}`
    ),
    ...(imports.length > 0 ? [`imports ${imports.join(' ')}`] : []),
    ...(identity ? ['asks for identity'] : []),
    ...(empty ? ['empty'] : []),
    ...Object.entries({ interpreter, opaque })
      .map(([name, value]) => `${name} ${JSON.stringify(value, plain)}`)
      .filter(line => !/(\{\}|\[\]|null)$/.test(line))
  ];
  known.expect(source, lines);
});

/** Sets and maps as lists; what is empty or false is left out. */
function plain(_: string, value: unknown): unknown {
  const list = value instanceof Set || value instanceof Map ? [...value] : value;
  return list === false || (Array.isArray(list) && list.length === 0)
    ? undefined
    : list;
}
