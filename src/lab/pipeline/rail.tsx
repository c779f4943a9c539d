import * as React from 'react';

import type { Step } from '../../contract/pipeline';
import { predecessors } from './data-flow';
import { stepHue } from './step-hue';

/** Pixels. */
export const ROW = 38;
const CENTER = 22;
const RADIUS = 9;
const FIRST = 15;

/**
 * The steps' numbers from top to bottom, with an edge for each dependency: straight to the next
 * step, curved past others.
 */
export function Rail({ steps }: { steps: readonly Step[] }): React.ReactElement {
  const position = new Map(steps.map((step, index) => [step.id, index]));
  const edges = steps.flatMap((step, to) =>
    predecessors(step)
      .map(id => position.get(id))
      .filter(from => from !== undefined)
      .map(from => ({ from, to }))
  );
  return (
    <svg
      className="jp-mlops-Rail"
      width={CENTER + RADIUS + 2}
      height={steps.length * ROW}
      aria-hidden="true"
    >
      {edges.map(({ from, to }) => (
        <path key={`${from}-${to}`} className="jp-mlops-Edge" d={edge(from, to)} />
      ))}
      {steps.map((step, index) => (
        <g key={step.id} className={stepHue(index)}>
          <circle cx={CENTER} cy={y(index)} r={RADIUS} />
          <text x={CENTER} y={y(index) + 4} textAnchor="middle">
            {index + 1}
          </text>
        </g>
      ))}
    </svg>
  );
}

function y(index: number): number {
  return FIRST + index * ROW;
}

function edge(from: number, to: number): string {
  if (to === from + 1) {
    return `M${CENTER} ${y(from) + RADIUS}V${y(to) - RADIUS}`;
  }
  const start = y(from) + 4;
  const end = y(to) - 4;
  return `M${CENTER - 8} ${start}C5 ${start + 12} 5 ${end - 12} ${CENTER - 8} ${end}`;
}
