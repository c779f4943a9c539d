import * as React from 'react';

import type { FileChange } from '../../contract/promotion';
import { Button } from '../elements/button';
import { withShortDigests } from '../elements/digest';
import { useTrans } from '../elements/translation';

/** What changes in Git, file by file: the diff that is confirmed is the diff that is deployed. */
export function ReleaseDiff(props: {
  changes: readonly FileChange[];
}): React.ReactElement {
  return (
    <div className="jp-mlops-Diff">
      {props.changes.map(change => (
        <FileDiff key={change.path} change={change} />
      ))}
    </div>
  );
}

/** A file that is new or removed as a whole is one line, until it is asked for. */
function FileDiff({ change }: { change: FileChange }): React.ReactElement {
  const trans = useTrans();
  const whole = change.before === null || change.after === null;
  const [isOpen, setOpen] = React.useState(!whole);
  const lines = change.diff.replace(/\n$/, '').split('\n');
  const count = lines.filter(line => /^[+-]/.test(line)).length;
  return (
    <section aria-label={change.path}>
      <h3 className="jp-mlops-Row-line">
        <span className="jp-mlops-Cut jp-mlops-Diff-path" title={change.path}>
          <bdi>{change.path}</bdi>
        </span>
        {whole && (
          <>
            <span className="jp-mlops-Quiet">
              {change.before === null
                ? trans._n('new, %1 line', 'new, %1 lines', count)
                : trans._n('removed, %1 line', 'removed, %1 lines', count)}
            </span>
            <Button
              kind="flat"
              label={isOpen ? trans.__('Hide') : trans.__('Show')}
              title={change.path}
              expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            />
          </>
        )}
      </h3>
      {isOpen && (
        <div
          className="jp-mlops-Diff-lines"
          tabIndex={0}
          role="group"
          aria-label={trans.__('Changes in %1', change.path)}
        >
          {lines.map((line, index) => (
            <DiffLine key={index} line={line} />
          ))}
        </div>
      )}
    </section>
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
