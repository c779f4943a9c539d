import * as React from 'react';

import type { RunDetail, RunStep } from '../../contract/run';
import { duration, secondsBetween } from '../elements/format';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { stepHue } from '../pipeline/step-hue';
import { NODE, type IGraphEdge, type IGraphLayout } from './graph-layout';
import { stepStateKind, stepStateName } from './run-text';

export interface IStepGraphProps {
  run: RunDetail;
  selected: string | null;
  layout: IGraphLayout;
  now: Date;
  onSelect(step: string): void;
}

/** The steps of a run with the variables that cross; each step is a button. */
export function StepGraph(props: IStepGraphProps): React.ReactElement {
  const trans = useTrans();
  const { run, layout } = props;
  const arrow = React.useId();
  return (
    <div
      className="jp-mlops-Graph"
      style={{ width: layout.width, height: layout.height }}
      role="group"
      aria-label={trans.__('Steps')}
    >
      <svg width={layout.width} height={layout.height} aria-hidden="true">
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        {layout.edges.map(edge => (
          <g key={`${edge.from} ${edge.to}`}>
            <path
              className="jp-mlops-Edge"
              d={pathOf(edge)}
              markerEnd={`url(#${arrow})`}
            />
            <text x={edge.labelAt.x} y={edge.labelAt.y + 4} textAnchor="middle">
              {edge.label}
            </text>
          </g>
        ))}
      </svg>
      {layout.nodes.map((node, index) => {
        const step = run.steps.find(({ id }) => id === node.id);
        return (
          step && (
            <button
              key={node.id}
              type="button"
              className={`jp-mlops-Node ${stepHue(index)}`}
              style={{ left: node.x, top: node.y, ...NODE }}
              aria-pressed={node.id === props.selected}
              title={step.title}
              onClick={() => props.onSelect(node.id)}
            >
              <StepFacts step={step} number={index + 1} now={props.now} />
            </button>
          )
        );
      })}
    </div>
  );
}

function StepFacts(props: {
  step: RunStep;
  number: number;
  now: Date;
}): React.ReactElement {
  const trans = useTrans();
  const { step } = props;
  const cell =
    step.state === 'running' || step.state === 'failed'
      ? trans.__(
          ', cell %1 of %2',
          Math.min(step.cellsDone + 1, step.cells),
          step.cells
        )
      : '';
  return (
    <>
      <span className="jp-mlops-Row-line">
        <strong className="jp-mlops-Cut">
          {props.number} {step.title}
        </strong>
        {step.startedAt && (
          <span className="jp-mlops-Row-right jp-mlops-Small">
            {duration(secondsBetween(step.startedAt, step.endedAt, props.now), trans)}
          </span>
        )}
      </span>
      <State
        kind={stepStateKind(step.state)}
        label={`${stepStateName(step.state, trans)}${cell}`}
      />
    </>
  );
}

/** A smooth line through the points of an edge. */
function pathOf({ points }: IGraphEdge): string {
  const [start, ...rest] = points;
  if (rest.length < 2) {
    return `M${start.x} ${start.y}${rest.map(({ x, y }) => `L${x} ${y}`).join('')}`;
  }
  const last = rest[rest.length - 1];
  const middles = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1];
    const end =
      index === rest.length - 2
        ? last
        : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return `M${start.x} ${start.y}${middles.join('')}`;
}
