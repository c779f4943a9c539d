import * as React from 'react';

import type { FileChange } from '../../contract/promotion';
import { withShortDigests } from '../elements/digest';
import { useTrans } from '../elements/translation';

/** What changes in Git, file by file: the diff that is confirmed is the diff that is deployed. */
export function ReleaseDiff(props: {
  changes: readonly FileChange[];
}): React.ReactElement {
  const trans = useTrans();
  return (
    <div className="jp-mlops-Diff">
      {props.changes.map(change => (
        <section key={change.path} aria-label={change.path}>
          <h3 className="jp-mlops-Cut" title={change.path}>
            {change.path}{' '}
            {change.before === null && (
              <span className="jp-mlops-Quiet">{trans.__('new')}</span>
            )}
            {change.after === null && (
              <span className="jp-mlops-Quiet">{trans.__('removed')}</span>
            )}
          </h3>
          <div
            className="jp-mlops-Diff-lines"
            tabIndex={0}
            role="group"
            aria-label={trans.__('Changes in %1', change.path)}
          >
            {change.diff
              .replace(/\n$/, '')
              .split('\n')
              .map((line, index) => (
                <DiffLine key={index} line={line} />
              ))}
          </div>
        </section>
      ))}
    </div>
  );
}

const KINDS: Record<string, string> = {
  '+': 'jp-mlops-mod-added',
  '-': 'jp-mlops-mod-removed',
  '@': 'jp-mlops-mod-place'
};

function DiffLine({ line }: { line: string }): React.ReactElement {
  return (
    <div className={KINDS[line[0]] ?? ''} title={line}>
      {line === '' ? ' ' : withShortDigests(line)}
    </div>
  );
}
