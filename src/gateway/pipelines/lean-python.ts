import { parser } from '@lezer/python';

/** Python without docstrings and comments, which no pod reads; every line keeps its number. */
export function leanPython(source: string): string {
  let lean = '';
  let at = 0;
  const replace = (from: number, to: number, by: string): void => {
    const lines = source.slice(from, to).split('\n').length - 1;
    lean += source.slice(at, from) + by + '\n'.repeat(lines);
    at = to;
  };
  parser.parse(source).iterate({
    enter: ({ name, from, to, node }) => {
      if (name === 'Comment') {
        replace(from, to, '');
      } else if (name === 'String' && isDocumentation(node)) {
        // A body needs something; in a module `from __future__` must come first.
        replace(from, to, node.parent?.parent?.name === 'Body' ? '0' : '');
      }
    }
  });
  return lean + source.slice(at);
}

function isDocumentation({
  parent
}: ReturnType<typeof parser.parse>['topNode']): boolean {
  return (
    parent?.name === 'ExpressionStatement' &&
    parent.firstChild?.to === parent.lastChild?.to &&
    parent.firstChild?.name === 'String' &&
    /^(Script|Body)$/.test(parent.parent?.name ?? '')
  );
}
