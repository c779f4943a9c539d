import type { ApiError } from '../../contract/error';
import * as React from 'react';

import { Button } from './button';
import { failedIcon, passedIcon, signedOutIcon, warningIcon } from './icons';
import { useTrans } from './translation';

const ICONS = {
  failed: failedIcon,
  warning: warningIcon,
  'signed-out': signedOutIcon,
  passed: passedIcon
};

export interface INoteProps {
  kind: keyof typeof ICONS;
  title?: string;
  children?: React.ReactNode;
  /** Lines behind "Show details". */
  details?: readonly string[];
  /** Buttons before "Show details". */
  actions?: React.ReactNode;
}

/** A sentence that must be seen: what, why, and what to do. */
export function Note(props: INoteProps): React.ReactElement {
  const trans = useTrans();
  const [isOpen, setOpen] = React.useState(false);
  const details = props.details ?? [];
  const Icon = ICONS[props.kind];
  return (
    <div
      className={`jp-mlops-Note jp-mlops-mod-${props.kind}`}
      role={props.kind === 'failed' ? 'alert' : 'status'}
    >
      <Icon.react tag="span" className="jp-mlops-Icon" aria-hidden="true" />
      <div className="jp-mlops-Note-body">
        {props.title && <strong>{props.title}</strong>} {props.children}
        {(props.actions || details.length > 0) && (
          <div className="jp-mlops-Actions">
            {props.actions}
            {details.length > 0 && (
              <Button
                kind="flat"
                label={isOpen ? trans.__('Hide details') : trans.__('Show details')}
                expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              />
            )}
          </div>
        )}
        {isOpen && (
          <pre className="jp-mlops-Note-details" tabIndex={0}>
            {details.join('\n')}
          </pre>
        )}
      </div>
    </div>
  );
}

interface IErrorNoteProps {
  error: ApiError;
  actions?: React.ReactNode;
}

/** An error of the gateway: what happened, why, and the next step. */
export function ErrorNote(props: IErrorNoteProps): React.ReactElement {
  return <ApiErrorNote kind="failed" {...props} />;
}

/** What holds something up that goes on nevertheless. */
export function TroubleNote(props: IErrorNoteProps): React.ReactElement {
  return <ApiErrorNote kind="warning" {...props} />;
}

/** An error of the gateway with a look of its own. */
export function ApiErrorNote(
  props: IErrorNoteProps & Pick<INoteProps, 'kind'>
): React.ReactElement {
  const { error } = props;
  const details = Object.entries(error.details ?? {}).map(
    ([name, value]) =>
      `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`
  );
  return (
    <Note
      kind={props.kind}
      title={error.message}
      details={[`code: ${error.code}`, ...details]}
      actions={props.actions}
    >
      {[error.cause, error.action].filter(Boolean).join(' ')}
    </Note>
  );
}
