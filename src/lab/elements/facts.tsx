import * as React from 'react';

/** Short pairs of name and value on one line. */
export function Facts({
  facts
}: {
  facts: readonly (readonly [name: string, value: React.ReactNode] | null)[];
}): React.ReactElement {
  return (
    <dl className="jp-mlops-Facts">
      {facts
        .filter(fact => fact !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
