import * as React from 'react';

import type { Connection } from '../gateway/connection';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { exactTime, shortTime } from '../elements/format';
import { copyIcon, retryIcon } from '../elements/icons';
import { Note } from '../elements/problem-note';
import { useTrans } from '../elements/translation';

interface IProps {
  connection: Connection;
  act: Act;
}

/** Why the gateway cannot be asked, and the way out; nothing while all is well. */
export function ConnectionNote({ connection, act }: IProps): React.ReactElement | null {
  switch (connection.kind) {
    case 'failed':
      return <FailedNote connection={connection} act={act} />;
    case 'not-installed':
      return <NotInstalledNote act={act} />;
    case 'signed-out':
      return <SignedOutNote since={connection.since} act={act} />;
    case 'not-allowed':
    case 'unreachable':
      return <RefusedNote connection={connection} act={act} />;
    case 'ready':
      return <ReadyNotes connection={connection} act={act} />;
    default:
      return null;
  }
}

function CheckAgain({ act }: { act: Act }): React.ReactElement {
  const trans = useTrans();
  return (
    <Button
      icon={retryIcon}
      label={trans.__('Check again')}
      onClick={() => act(CommandIDs.checkGateway)}
    />
  );
}

function FailedNote(props: {
  connection: Extract<Connection, { kind: 'failed' }>;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { server } = props.connection;
  const node = server.node
    ? trans.__(
        'Node.js %1 at %2 (from %3)',
        server.node.version,
        server.node.path,
        server.node.source
      )
    : trans.__('No Node.js was found.');
  return (
    <Note
      kind="failed"
      title={trans.__('The gateway cannot start.')}
      details={[node, trans.__('Restarts: %1', server.restarts), ...server.log]}
      actions={
        <Button
          icon={retryIcon}
          label={trans.__('Check again')}
          onClick={() => props.act(CommandIDs.restartGateway)}
        />
      }
    >
      {server.message}
      {server.action && <ActionText text={server.action} />}
      {server.log.length > 0 && (
        <pre className="jp-mlops-Note-log" tabIndex={0}>
          {server.log.slice(-3).join('\n')}
        </pre>
      )}
    </Note>
  );
}

/** An advice; a command in it, between backticks, can be copied. */
function ActionText({ text }: { text: string }): React.ReactElement {
  const trans = useTrans();
  const command = /`([^`]+)`/.exec(text)?.[1];
  return (
    <>
      <p>{text.replace(/ *`[^`]+`/, '')}</p>
      {command && (
        <div className="jp-mlops-Note-command">
          <code>{command}</code>
          <Button
            kind="flat"
            iconOnly
            icon={copyIcon}
            label={trans.__('Copy the command')}
            onClick={() => void navigator.clipboard.writeText(command)}
          />
        </div>
      )}
    </>
  );
}

function NotInstalledNote({ act }: { act: Act }): React.ReactElement {
  const trans = useTrans();
  return (
    <Note
      kind="failed"
      title={trans.__('The server does not know this extension.')}
      actions={<CheckAgain act={act} />}
    >
      <ActionText
        text={trans.__(
          'Enable it where the Jupyter Server runs, restart the server, then check again: `jupyter server extension enable jupyterlab_mlops`'
        )}
      />
    </Note>
  );
}

function SignedOutNote({ since, act }: { since: Date; act: Act }): React.ReactElement {
  const trans = useTrans();
  return (
    <Note
      kind="signed-out"
      title={trans.__('Your session ended at %1.', shortTime(since))}
      details={[trans.__('Noticed at %1.', exactTime(since))]}
      actions={
        <Button
          kind="primary"
          label={trans.__('Log in again')}
          onClick={() => act(CommandIDs.logIn)}
        />
      }
    >
      {trans.__('Runs go on. What you have typed here is kept.')}
    </Note>
  );
}

function RefusedNote(props: {
  connection: Extract<Connection, { kind: 'not-allowed' | 'unreachable' }>;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { error } = props.connection;
  return (
    <Note
      kind="failed"
      title={error.message}
      details={[`code: ${error.code}`]}
      actions={<CheckAgain act={props.act} />}
    >
      {[
        error.cause,
        error.action ??
          (props.connection.kind === 'not-allowed'
            ? trans.__('Ask who runs this server for the right to use MLOps.')
            : null)
      ]
        .filter(Boolean)
        .join(' ')}
    </Note>
  );
}

function ReadyNotes(props: {
  connection: Extract<Connection, { kind: 'ready' }>;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { mismatch, status } = props.connection;
  return (
    <>
      {mismatch && (
        <Note
          kind="warning"
          title={trans.__('This page and the gateway are of different versions.')}
          actions={
            <Button
              label={trans.__('Restart the gateway')}
              onClick={() => props.act(CommandIDs.restartGateway)}
            />
          }
        >
          {trans.__(
            'The page is %1, the gateway %2. Reload the page; if that does not help, restart the gateway.',
            mismatch.frontEnd,
            mismatch.gateway
          )}
        </Note>
      )}
      {status.warnings.map(warning => (
        <Note key={warning} kind="warning">
          {warning}
        </Note>
      ))}
    </>
  );
}
