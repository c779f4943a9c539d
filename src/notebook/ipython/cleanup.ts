import { REMOVED } from '../python/grammar/characters';

const FILLER = String.fromCharCode(REMOVED);

/** The prompts of consoles: where one begins a cell, they are taken from each of its lines. */
const PROMPTS: { readonly first: RegExp; readonly any: RegExp }[] = [
  { first: /^>>>( |$)/, any: /^(>>>|\.\.\.)( |$)/ },
  {
    first: /^(((\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?)/,
    any: /^(((\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?)/
  }
];

/**
 * A cell without the prompts and the common indentation that IPython takes away; fillers stand in
 * their place, so that all else stays where it is.
 */
export function withoutPrompts(source: string): string {
  const lead = /^(?:[^\S\n]*\n)*/.exec(source)?.[0] ?? '';
  let lines = source.slice(lead.length).split('\n');
  const indent = /^[ \t]+/.exec(lines[0] ?? '')?.[0];
  if (indent !== undefined) {
    lines = lines.map(line =>
      line.startsWith(indent) ? fill(line, indent.length) : line
    );
  }
  for (const { first, any } of PROMPTS) {
    const [one, two] = lines.map(bare);
    if (first.test(one ?? '') || any.test(two ?? '')) {
      lines = lines.map(line => {
        const removed = line.length - bare(line).length;
        return fill(line, removed + (any.exec(bare(line))?.[0].length ?? 0));
      });
    }
  }
  return lead + lines.join('\n');
}

/** A line without the fillers before it. */
function bare(line: string): string {
  return line.replace(/^\uE001+/, '');
}

function fill(line: string, length: number): string {
  return FILLER.repeat(length) + line.slice(length);
}
