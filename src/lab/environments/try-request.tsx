import { Dialog, showDialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { PredictReply } from '../../contract/environment';
import type { ApiError } from '../../contract/error';
import { Button } from '../elements/button';
import { figure } from '../elements/format';
import { playIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { TranslationProvider, useTrans } from '../elements/translation';
import { toApiError } from '../gateway/resource';

export interface ITryRequestOptions {
  environment: string;
  model: string;
  /** The request that the field begins with. */
  example: object;
  /** Asks the endpoint; throws what it refuses. */
  send(request: unknown): Promise<PredictReply>;
  trans: TranslationBundle;
}

/** A dialog to ask a served model, beginning with an example of its own. */
export async function tryRequest(options: ITryRequestOptions): Promise<void> {
  const { trans, environment, model } = options;
  await showDialog({
    title: trans.__('Ask %1 in %2', model, environment),
    body: ReactWidget.create(
      <TranslationProvider value={trans}>
        <RequestForm {...options} />
      </TranslationProvider>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
  });
}

/** Request, answer, and what was refused. */
export function RequestForm(
  props: Pick<ITryRequestOptions, 'example' | 'send'>
): React.ReactElement {
  const trans = useTrans();
  const field = React.useId();
  const [text, setText] = React.useState(() => JSON.stringify(props.example, null, 2));
  const [reply, setReply] = React.useState<PredictReply | null>(null);
  const [error, setError] = React.useState<ApiError | null>(null);
  const [isWaiting, setWaiting] = React.useState(false);
  const send = async (): Promise<void> => {
    setWaiting(true);
    setError(null);
    try {
      setReply(await props.send(JSON.parse(text)));
    } catch (reason) {
      setReply(null);
      setError(
        reason instanceof SyntaxError
          ? {
              code: 'request-not-json',
              message: trans.__('The request is not JSON.'),
              cause: reason.message
            }
          : toApiError(reason)
      );
    }
    setWaiting(false);
  };
  return (
    <div className="jp-mlops-Request">
      <label htmlFor={field}>{trans.__('Request')}</label>
      <textarea
        id={field}
        rows={12}
        spellCheck={false}
        value={text}
        onChange={event => setText(event.target.value)}
        // Enter writes a line here; in the dialog it would close it.
        onKeyDown={event => event.key === 'Enter' && event.stopPropagation()}
      />
      <div className="jp-mlops-Actions">
        <Button
          kind="primary"
          icon={playIcon}
          label={isWaiting ? trans.__('Asking…') : trans.__('Send')}
          disabled={isWaiting}
          onClick={() => void send()}
        />
      </div>
      {error && <ErrorNote error={error} />}
      {reply && (
        <section aria-label={trans.__('Answer')} role="status">
          <strong>
            {reply.predictions
              .slice(0, 20)
              .map(value => (typeof value === 'number' ? figure(value) : String(value)))
              .join(', ')}
          </strong>{' '}
          <span className="jp-mlops-Quiet">
            {trans.__('from %1 v%2', reply.model, reply.version)}
          </span>
          <pre tabIndex={0}>{JSON.stringify(reply, null, 2)}</pre>
        </section>
      )}
    </div>
  );
}
