import * as React from 'react';

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import type { RunDetail, RunStep } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { Digest } from '../elements/digest';
import { bytes, figure } from '../elements/format';
import { notebookIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { State } from '../elements/state';
import { Tabs } from '../elements/tabs';
import { useTrans } from '../elements/translation';
import { LogView } from './log-view';
import { OutputsView, type FetchNotebook } from './outputs-view';
import { stepStateKind, stepStateName } from './run-text';
import type { StepLog } from './step-log';

export interface IStepPaneProps {
  run: RunDetail;
  step: RunStep;
  log: StepLog | null;
  notebookPath: string | null;
  rendermime: IRenderMimeRegistry;
  fetchNotebook: FetchNotebook;
  act: Act;
}

/** The chosen step: its log, outputs, metrics and artifacts. */
export function StepPane(props: IStepPaneProps): React.ReactElement {
  const trans = useTrans();
  const [tab, setTab] = React.useState('log');
  const { run, step, act } = props;
  const number = run.steps.indexOf(step) + 1;
  const plan = run.pipeline.steps.find(({ id }) => id === step.id);
  const metrics = run.metrics.filter(metric => metric.step === step.id);
  const artifacts = run.artifacts.filter(artifact => artifact.step === step.id);
  const pod = run.place?.pods[step.id];
  const failedCell = plan?.cells[step.cellsDone];
  return (
    <section className="jp-mlops-StepPane" aria-label={step.title}>
      <div className="jp-mlops-StepPane-title">
        <h2>
          {number} {step.title}
        </h2>
        <State
          kind={stepStateKind(step.state)}
          label={stepStateName(step.state, trans)}
        />
        {pod !== undefined && (
          <span className="jp-mlops-Quiet jp-mlops-Cut" title={pod}>
            {trans.__('pod %1', pod)}
          </span>
        )}
        {plan && props.notebookPath && (
          <span className="jp-mlops-View-actions">
            <Button
              kind="flat"
              icon={notebookIcon}
              label={trans.__('Show cells')}
              onClick={() =>
                act(CommandIDs.revealCell, {
                  cell: plan.cells[0]?.index ?? 0,
                  path: props.notebookPath ?? undefined
                })
              }
            />
          </span>
        )}
      </div>
      {step.error && (
        <ErrorNote
          error={step.error}
          actions={
            failedCell &&
            props.notebookPath && (
              <Button
                icon={notebookIcon}
                label={trans.__('Go to cell %1', failedCell.index + 1)}
                onClick={() =>
                  act(CommandIDs.revealCell, {
                    cell: failedCell.index,
                    path: props.notebookPath ?? undefined
                  })
                }
              />
            )
          }
        />
      )}
      <Tabs
        label={trans.__('About step %1', step.title)}
        selected={tab}
        onSelect={setTab}
        tabs={[
          {
            id: 'log',
            label: trans.__('Log'),
            render: () => props.log && <LogView key={step.id} log={props.log} />
          },
          {
            id: 'outputs',
            label: trans.__('Outputs'),
            render: () => (
              <OutputsView
                key={`${step.id} ${step.state}`}
                cells={plan?.cells ?? []}
                rendermime={props.rendermime}
                fetchNotebook={props.fetchNotebook}
              />
            )
          },
          {
            id: 'metrics',
            label: trans.__('Metrics %1', metrics.length),
            render: () => <MetricTable metrics={metrics} />
          },
          {
            id: 'artifacts',
            label: trans.__('Artifacts %1', artifacts.length),
            render: () => <ArtifactTable artifacts={artifacts} />
          }
        ]}
      />
    </section>
  );
}

function MetricTable({ metrics }: Pick<RunDetail, 'metrics'>): React.ReactElement {
  const trans = useTrans();
  if (metrics.length === 0) {
    return (
      <p className="jp-mlops-Quiet">
        {trans.__(
          'Numbers in a dict named metrics, and those that sklearn.metrics gives, appear here.'
        )}
      </p>
    );
  }
  return (
    <table className="jp-mlops-Table">
      <thead>
        <tr>
          <th>{trans.__('Metric')}</th>
          <th className="jp-mlops-Number">{trans.__('Value')}</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map(({ name, value }) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="jp-mlops-Number" title={String(value)}>
              {figure(value)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ArtifactTable({
  artifacts
}: Pick<RunDetail, 'artifacts'>): React.ReactElement {
  const trans = useTrans();
  if (artifacts.length === 0) {
    return (
      <p className="jp-mlops-Quiet">
        {trans.__('Values and files that this step leaves for others appear here.')}
      </p>
    );
  }
  return (
    <table className="jp-mlops-Table">
      <thead>
        <tr>
          <th>{trans.__('Artifact')}</th>
          <th>{trans.__('Kind')}</th>
          <th>{trans.__('Shape')}</th>
          <th className="jp-mlops-Number">{trans.__('Size')}</th>
          <th>{trans.__('Digest')}</th>
        </tr>
      </thead>
      <tbody>
        {artifacts.map(artifact => (
          <tr key={`${artifact.kind} ${artifact.name}`}>
            <td>
              <code>{artifact.name}</code>
            </td>
            <td title={artifact.type}>{artifact.kind}</td>
            <td>{artifact.shape}</td>
            <td className="jp-mlops-Number">{bytes(artifact.bytes)}</td>
            <td>
              <Digest value={artifact.digest} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
