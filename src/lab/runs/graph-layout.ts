import { graphlib, layout } from '@dagrejs/dagre';

import type { Pipeline } from '../../contract/pipeline';
import { dataInputs, predecessors } from '../pipeline/data-flow';

/** Pixels. */
export const NODE = { width: 190, height: 46 };
const LABEL = { character: 6.8, height: 16 };
const BORDER = 4;

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
  const nodes = pipeline.steps.map(({ id }) => {
    const { x, y } = graph.node(id);
    return { id, x: x - NODE.width / 2, y: y - NODE.height / 2 };
  });
  const edges = labels.map(({ from, to, label }) => {
    const { points, x = 0, y = 0 } = graph.edge(from, to);
    return { from, to, label, points, labelAt: { x, y } };
  });
  return intoSight(nodes, edges);
}

/** The layout counts edges as points and labels as none: moves all of it into the box. */
function intoSight(nodes: IGraphNode[], edges: IGraphEdge[]): IGraphLayout {
  const xs = [
    ...nodes.flatMap(({ x }) => [x, x + NODE.width]),
    ...edges.flatMap(({ points, label, labelAt }) => [
      ...points.map(({ x }) => x),
      labelAt.x - (label.length * LABEL.character) / 2,
      labelAt.x + (label.length * LABEL.character) / 2
    ])
  ];
  const left = Math.min(...xs, 0) - BORDER;
  const move = <P extends { x: number }>(point: P): P => ({
    ...point,
    x: point.x - left
  });
  return {
    width: Math.ceil(Math.max(...xs, 0) - left + BORDER),
    height: Math.ceil(Math.max(...nodes.map(({ y }) => y + NODE.height), 0) + BORDER),
    nodes: nodes.map(move),
    edges: edges.map(edge => ({
      ...edge,
      points: edge.points.map(move),
      labelAt: move(edge.labelAt)
    }))
  };
}

/** One edge for each pair of steps: the variables that cross, or the bare order. */
function edgeLabels(pipeline: Pipeline): { from: string; to: string; label: string }[] {
  return pipeline.steps.flatMap(step =>
    predecessors(step).map(from => ({
      from,
      to: step.id,
      label: dataInputs(step)
        .filter(input => input.from === from)
        .map(input => input.variable)
        .join(', ')
    }))
  );
}
