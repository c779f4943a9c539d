import * as React from 'react';

import type { ApiError } from '../../contract/error';
import type { RunSummary } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { duration, exactTime, secondsBetween } from '../elements/format';
import type { IFreshness } from '../elements/freshness';
import { moreIcon, playIcon, stopIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { Progress } from '../elements/progress';
import { Empty, Section } from '../elements/section';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import {
  isOver,
  outcomeText,
  progressText,
  runStateKind,
  runStateName,
  runTitle,
  shareDone
} from './run-text';

export interface IRunsSectionProps extends IFreshness {
  runs: readonly RunSummary[];
  error: ApiError | null;
  isLoading: boolean;
  isCurrent: boolean;
  canRun: boolean;
  hasOlder: boolean;
  onOlder(): void;
  /** Shows what else can be done with a run, at a place of the window. */
  onMenu(run: RunSummary, at: { x: number; y: number }): void;
  act: Act;
}

/** Shown at once; the rest behind a button, so that the other sections stay in sight. */
const SHOWN = 6;

/** Runs, newest first. */
export function RunsSection(props: IRunsSectionProps): React.ReactElement {
  const trans = useTrans();
  const [all, setAll] = React.useState(false);
  const { runs, act } = props;
  const shown = all ? runs : runs.slice(0, SHOWN);
  return (
    <Section
      title={trans.__('Runs')}
      remark={props.remark ?? (runs.length > 1 ? trans.__('newest first') : undefined)}
      lacking={props.lacking}
    >
      {props.error && <ErrorNote error={props.error} />}
      {runs.length === 0 && !props.error && !props.isLoading && (
        <Empty
          text={trans.__(
            'Runs of your notebooks, newest first. Run a notebook to see the first.'
          )}
        >
          <Button
            icon={playIcon}
            label={trans.__('Run the open notebook')}
            disabled={!props.canRun}
            onClick={() => act(CommandIDs.runPipeline)}
          />
        </Empty>
      )}
      <ul className="jp-mlops-List" aria-label={trans.__('Runs')}>
        {shown.map(run => (
          <li key={run.id}>
            <RunRow
              run={run}
              isCurrent={props.isCurrent}
              onMenu={at => props.onMenu(run, at)}
              act={act}
            />
          </li>
        ))}
      </ul>
      {runs.length > SHOWN && (
        <div className="jp-mlops-Actions">
          <Button
            kind="flat"
            label={
              all
                ? trans.__('Show fewer')
                : trans.__('Show %1 more', runs.length - SHOWN)
            }
            expanded={all}
            onClick={() => setAll(!all)}
          />
          {all && props.hasOlder && (
            <Button
              kind="flat"
              label={trans.__('Load older')}
              onClick={props.onOlder}
            />
          )}
        </div>
      )}
    </Section>
  );
}

function RunRow(props: {
  run: RunSummary;
  isCurrent: boolean;
  onMenu(at: { x: number; y: number }): void;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { run, act, isCurrent } = props;
  const title = runTitle(run, trans);
  const goesOn = !isOver(run.state);
  const text = goesOn
    ? isCurrent
      ? trans.__('%1: %2', runStateName(run.state, trans), progressText(run, trans))
      : trans.__('Last seen at %1', progressText(run, trans))
    : outcomeText(run, trans);
  return (
    <div
      className="jp-mlops-Row"
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        props.onMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <button
        type="button"
        className="jp-mlops-Row-main"
        title={trans.__('%1, started %2', run.notebook, exactTime(run.createdAt))}
        onClick={() => act(CommandIDs.openRun, { run: run.id })}
      >
        <State
          kind={goesOn && !isCurrent ? 'waiting' : runStateKind(run.state)}
          label={runStateName(run.state, trans)}
          iconOnly
        />
        <span className="jp-mlops-Row-text">
          <span className="jp-mlops-Row-line">
            <strong>{run.number}</strong>
            <span className="jp-mlops-Cut">{title}</span>
            {goesOn ? (
              <Elapsed since={run.startedAt ?? run.createdAt} isCurrent={isCurrent} />
            ) : (
              <span
                className="jp-mlops-Row-right jp-mlops-Small jp-mlops-Cut"
                title={text}
              >
                {text}
              </span>
            )}
          </span>
          {goesOn && (
            <>
              <span className="jp-mlops-Small jp-mlops-Cut">{text}</span>
              {isCurrent && <Progress share={shareDone(run)} label={text} />}
            </>
          )}
        </span>
      </button>
      {goesOn && isCurrent && (
        <Button
          kind="flat"
          iconOnly
          icon={stopIcon}
          label={trans.__('Stop run %1', run.number)}
          onClick={() => act(CommandIDs.stopRun, { run: run.id })}
        />
      )}
      {isCurrent && (
        <Button
          kind="flat"
          iconOnly
          icon={moreIcon}
          label={trans.__('More about run %1', run.number)}
          hasMenu
          onClick={event => {
            const { left, bottom } = event.currentTarget.getBoundingClientRect();
            props.onMenu({ x: left, y: bottom });
          }}
        />
      )}
    </div>
  );
}

/** Seconds since a time, counting while the run goes on. */
function Elapsed(props: {
  since: string;
  isCurrent: boolean;
}): React.ReactElement | null {
  const trans = useTrans();
  const [now, setNow] = React.useState(() => new Date());
  React.useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (!props.isCurrent) {
    return null;
  }
  return (
    <span className="jp-mlops-Row-right jp-mlops-Small">
      {duration(Math.floor(secondsBetween(props.since, null, now)), trans)}
    </span>
  );
}
