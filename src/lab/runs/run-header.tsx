import * as React from 'react';

import type { RunDetail } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button, Link } from '../elements/button';
import { Digest } from '../elements/digest';
import { Facts } from '../elements/facts';
import {
  duration,
  exactTime,
  fileName,
  secondsBetween,
  shortTime,
  valueText
} from '../elements/format';
import { notebookIcon, registerIcon, retryIcon, stopIcon } from '../elements/icons';
import { Progress } from '../elements/progress';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { usedParameters } from './used-parameters';
import { engineName, isOver, runStateKind, runStateName } from './run-text';

export interface IRunHeaderProps {
  run: RunDetail;
  now: Date;
  /** Path of the notebook below the server's root; null where it lies outside. */
  notebookPath: string | null;
  /** The version that this run became; null where it has not been registered. */
  registered: { model: string; version: number } | null;
  act: Act;
}

/** What ran, how it goes, and what can be done with it. */
export function RunHeader(props: IRunHeaderProps): React.ReactElement {
  const trans = useTrans();
  const { run, now } = props;
  const over = isOver(run.state);
  const failed = run.steps.find(({ state }) => state === 'failed');
  const label =
    failed && run.state === 'failed'
      ? trans.__('Failed in step %1', failed.title)
      : runStateName(run.state, trans);
  return (
    <header className="jp-mlops-View-head">
      <div className="jp-mlops-View-title">
        <h1>{trans.__('Run %1', run.number)}</h1>
        <span>
          {run.cause.kind === 'retraining' ? trans.__('Retraining') : run.name}
        </span>
        <span role="status">
          <State kind={runStateKind(run.state)} label={label} />
        </span>
        <span className="jp-mlops-View-actions">
          <RunActions {...props} />
        </span>
      </div>
      {!over && <RunProgress run={run} now={now} />}
      <Facts
        facts={[
          [trans.__('Notebook'), <NotebookLink key="notebook" {...props} />],
          run.source && [
            trans.__('Commit'),
            <Digest key="commit" value={run.source.commit} />
          ],
          [trans.__('Engine'), <EngineText key="engine" run={run} />],
          [
            trans.__('Started'),
            <span key="started" title={exactTime(run.createdAt)}>
              {trans.__('%1 by %2', shortTime(run.createdAt), run.actor.name)}
            </span>
          ],
          over && run.startedAt
            ? [
                trans.__('Took'),
                duration(secondsBetween(run.startedAt, run.endedAt, now), trans)
              ]
            : null
        ]}
      />
      <Parameters run={run} />
    </header>
  );
}

/** Where it ran; what stands for it there is in the tooltip. */
function EngineText({ run }: { run: RunDetail }): React.ReactElement {
  const trans = useTrans();
  return (
    <span title={run.place ? trans.__('PipelineRun %1', run.place.name) : undefined}>
      {engineName(run, trans)}
    </span>
  );
}

/** All parameters that the run used: the notebook's own values, and those that were set for it. */
function Parameters({ run }: { run: RunDetail }): React.ReactElement | null {
  const trans = useTrans();
  const used = usedParameters(run);
  return used.length === 0 ? null : (
    <div role="group" aria-label={trans.__('Parameters')}>
      <Facts
        facts={used.map(({ name, value, instead }): [string, React.ReactNode] => [
          name,
          <React.Fragment key={name}>
            <code>{valueText(value)}</code>
            {instead !== undefined && (
              <span className="jp-mlops-Changed">
                {trans.__('changed from %1', valueText(instead))}
              </span>
            )}
          </React.Fragment>
        ])}
      />
    </div>
  );
}

function NotebookLink({ run, notebookPath, act }: IRunHeaderProps): React.ReactElement {
  const name = fileName(run.notebook);
  return notebookPath ? (
    <Link
      label={name}
      title={run.notebook}
      onClick={() => act('docmanager:open', { path: notebookPath })}
    />
  ) : (
    <span title={run.notebook}>{name}</span>
  );
}

function RunProgress({ run, now }: { run: RunDetail; now: Date }): React.ReactElement {
  const trans = useTrans();
  const cells = run.steps.reduce((sum, step) => sum + step.cells, 0);
  const done = run.steps.reduce((sum, step) => sum + step.cellsDone, 0);
  const ended = run.steps.filter(({ endedAt }) => endedAt !== null).length;
  const text = trans.__(
    'Step %1 of %2, cell %3 of %4',
    Math.min(ended + 1, run.steps.length),
    run.steps.length,
    Math.min(done + 1, cells),
    cells
  );
  return (
    <div className="jp-mlops-View-progress">
      <Progress share={cells ? done / cells : 0} label={text} />
      <span>{text}</span>
      <span className="jp-mlops-Quiet">
        {duration(
          Math.floor(secondsBetween(run.startedAt ?? run.createdAt, null, now)),
          trans
        )}
      </span>
    </div>
  );
}

function RunActions(props: IRunHeaderProps): React.ReactElement {
  const trans = useTrans();
  const { run, registered, act } = props;
  const over = isOver(run.state);
  const canRetry = over && run.state !== 'succeeded';
  const failed = run.steps.find(({ state }) => state === 'failed');
  return (
    <>
      {!over && (
        <Button
          icon={stopIcon}
          label={trans.__('Stop')}
          onClick={() => act(CommandIDs.stopRun, { run: run.id })}
        />
      )}
      {canRetry && (
        <Button
          kind="primary"
          icon={retryIcon}
          label={failed ? trans.__('Retry from %1', failed.title) : trans.__('Retry')}
          title={trans.__('What succeeded is kept.')}
          onClick={() => act(CommandIDs.retryRun, { run: run.id })}
        />
      )}
      <Button
        icon={notebookIcon}
        label={
          over ? trans.__('Executed notebook') : trans.__('Executed notebook so far')
        }
        onClick={() => act(CommandIDs.openExecutedNotebook, { run: run.id })}
      />
      {registered ? (
        <Button
          icon={registerIcon}
          label={trans.__('%1 v%2', registered.model, registered.version)}
          title={trans.__('Open the version that was registered from this run')}
          onClick={() => act(CommandIDs.openModel, { model: registered.model })}
        />
      ) : (
        <Button
          kind={
            run.state === 'succeeded' && run.models.length > 0 ? 'primary' : 'plain'
          }
          icon={registerIcon}
          label={trans.__('Register model')}
          disabled={run.state !== 'succeeded' || run.models.length === 0}
          title={
            over && run.models.length === 0
              ? trans.__('This run trained no model that could be found.')
              : undefined
          }
          onClick={() => act(CommandIDs.registerModel, { run: run.id })}
        />
      )}
    </>
  );
}
