import { PIPELINE } from '../../__tests__/story';
import { layoutPipeline, NODE } from '../graph-layout';

describe('the picture of a pipeline', () => {
  const layout = layoutPipeline(PIPELINE);

  it('puts every step below those that it needs', () => {
    const y = new Map(layout.nodes.map(node => [node.id, node.y]));
    for (const step of PIPELINE.steps) {
      for (const { from } of step.inputs) {
        expect(y.get(step.id) ?? 0).toBeGreaterThan((y.get(from) ?? 0) + NODE.height);
      }
    }
  });

  it('names on each edge what crosses it', () => {
    expect(
      layout.edges.map(({ from, to, label }) => `${from} → ${to}: ${label}`)
    ).toEqual([
      'load → clean: rides',
      'clean → features: hours',
      'features → train: X, y',
      'train → evaluate: model',
      'features → evaluate: X_test, y_test'
    ]);
  });

  it('draws no edge for a parameter', () => {
    const steps = PIPELINE.steps.map(step =>
      step.id === 'train'
        ? {
            ...step,
            inputs: [...step.inputs, { variable: 'months', from: 'load' }],
            parameters: ['months']
          }
        : step
    );
    const { edges } = layoutPipeline({ ...PIPELINE, steps });
    expect(edges).toHaveLength(layout.edges.length);
  });

  it('keeps all of it inside of its box', () => {
    for (const { x, y } of [
      ...layout.nodes,
      ...layout.edges.flatMap(({ points }) => points)
    ]) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(layout.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(layout.height);
    }
  });

  it('draws no two steps over each other', () => {
    const boxes = layout.nodes;
    for (const one of boxes) {
      for (const other of boxes) {
        const apart =
          one === other ||
          Math.abs(one.x - other.x) >= NODE.width ||
          Math.abs(one.y - other.y) >= NODE.height;
        expect(apart).toBe(true);
      }
    }
  });

  it('is empty for a pipeline without steps', () => {
    expect(layoutPipeline({ ...PIPELINE, steps: [] }).nodes).toEqual([]);
  });
});
