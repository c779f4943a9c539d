import { graphlib, layout } from '@dagrejs/dagre';

import type { Pipeline } from '../../contract/pipeline';

/** Pixels. */
export const NODE = { width: 190, height: 46 };
const LABEL = { character: 7.3, height: 16 };

export interface IGraphNode {
  id: string;
  /** Upper left corner. */
  x: number;
  y: number;
}

export interface IGraphEdge {
  from: string;
  to: string;
  /** The variables that cross. */
  label: string;
  points: readonly { x: number; y: number }[];
  labelAt: { x: number; y: number };
}

export interface IGraphLayout {
  width: number;
  height: number;
  nodes: readonly IGraphNode[];
  edges: readonly IGraphEdge[];
}

/** Places the steps from top to bottom with room for the names on the edges. */
export function layoutPipeline(pipeline: Pipeline): IGraphLayout {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 32, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of pipeline.steps) {
    graph.setNode(step.id, { ...NODE });
  }
  const labels = edgeLabels(pipeline);
  for (const { from, to, label } of labels) {
    graph.setEdge(from, to, {
      width: Math.max(8, label.length * LABEL.character),
      height: LABEL.height,
      labelpos: 'r',
      labeloffset: 6
    });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: pipeline.steps.map(({ id }) => {
      const { x, y } = graph.node(id);
      return { id, x: x - NODE.width / 2, y: y - NODE.height / 2 };
    }),
    edges: labels.map(({ from, to, label }) => {
      const { points, x = 0, y = 0 } = graph.edge(from, to);
      return { from, to, label, points, labelAt: { x, y } };
    })
  };
}

/** One edge for each pair of steps: the variables that cross, or the bare order. */
function edgeLabels(pipeline: Pipeline): { from: string; to: string; label: string }[] {
  return pipeline.steps.flatMap(step => {
    const sources = new Set([...step.inputs.map(input => input.from), ...step.after]);
    return [...sources].map(from => ({
      from,
      to: step.id,
      label: step.inputs
        .filter(input => input.from === from)
        .map(input => input.variable)
        .join(', ')
    }));
  });
}
