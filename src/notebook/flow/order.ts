import { addAmbient } from './ambient';
import { addChanges } from './changes';
import type { IResource, IStepFacts } from './step-facts';

/** For each step the steps that it must wait for: data, files and side effects in notebook order. */
export function orderOf(steps: readonly IStepFacts[]): Set<number>[] {
  const edges = steps.map(facts => {
    const from = new Set(facts.after);
    facts.inputs.forEach(version => from.add(version.step));
    return from;
  });
  const touched: { step: number; resource: IResource }[] = steps
    .flatMap((facts, step) =>
      distinct(facts.resources).map(resource => ({ step, resource }))
    )
    .sort((a, b) => a.resource.at - b.resource.at);
  const before = new Touched();
  for (const item of touched) {
    for (const earlier of before.conflicting(item.resource)) {
      if (earlier !== item.step) {
        edges[item.step]?.add(earlier);
      }
    }
    before.add(item.step, item.resource);
  }
  addBarriers(steps, edges);
  addChanges(steps, edges);
  addAmbient(steps, edges);
  edges.forEach((from, step) => from.delete(step));
  return edges;
}

/** A step that may do anything comes after all before it and before all after it. */
function addBarriers(steps: readonly IStepFacts[], edges: Set<number>[]): void {
  steps.forEach((facts, step) => {
    const places = facts.resources
      .filter(resource => resource.kind === 'everything')
      .map(resource => resource.at);
    if (places.length === 0) {
      return;
    }
    const [first, last] = [Math.min(...places), Math.max(...places)];
    steps.forEach(({ cells }, other) => {
      if (other !== step && cells.some(at => at > first)) {
        edges[other]?.add(step);
      }
      if (other !== step && cells.some(at => at < last)) {
        edges[step]?.add(other);
      }
    });
  });
}

function distinct(resources: readonly IResource[]): IResource[] {
  const seen = new Set<string>();
  return resources.filter(({ kind, path, write, at }) => {
    const key = `${kind} ${path ?? ''} ${String(write)} ${at}`;
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

/** Steps by the resources that they have touched so far. */
class Touched {
  add(step: number, resource: IResource): void {
    const key = resource.write ? this._writers : this._readers;
    const place = `${resource.kind} ${resource.path ?? ''}`;
    const known = key.get(place);
    if (known) {
      known.steps.add(step);
    } else {
      key.set(place, { resource, steps: new Set([step]) });
    }
  }

  /** Steps that have touched the same; readers do not disturb each other. */
  *conflicting(resource: IResource): Iterable<number> {
    const groups = resource.write ? [this._writers, this._readers] : [this._writers];
    for (const group of groups) {
      for (const { resource: other, steps } of this._candidates(group, resource)) {
        if (conflict(other, resource)) {
          yield* steps;
        }
      }
    }
  }

  /** Where a file is named and read, only its own place, its folders and unnamed files count. */
  private *_candidates(
    group: Map<string, IPlace>,
    resource: IResource
  ): Iterable<IPlace> {
    const { kind, path, write } = resource;
    if (write || path === null || kind !== 'file') {
      yield* group.values();
      return;
    }
    const parts = path.split('/');
    const places = parts.flatMap((_, at) => {
      const folder = parts.slice(0, at + 1).join('/');
      return [folder, `${folder}/`];
    });
    for (const place of new Set(['', '.', './', ...places])) {
      const known = group.get(`${kind} ${place}`);
      if (known) {
        yield known;
      }
    }
    // A folder that is read holds what was written below it
    if (!/\.\w+$/.test(path)) {
      yield* group.values();
    }
  }

  private readonly _writers = new Map<string, IPlace>();
  private readonly _readers = new Map<string, IPlace>();
}

interface IPlace {
  readonly resource: IResource;
  readonly steps: Set<number>;
}

function conflict(a: IResource, b: IResource): boolean {
  if (!a.write && !b.write) {
    return false;
  }
  if (a.kind !== b.kind || a.kind === 'network') {
    return a.kind === b.kind;
  }
  if (a.path === null || b.path === null || a.path === b.path) {
    return true;
  }
  const [short, long] =
    a.path.length < b.path.length ? [a.path, b.path] : [b.path, a.path];
  return short === '.' || long.startsWith(`${short.replace(/\/$/, '')}/`);
}

/** Groups of steps that wait for each other in a circle. */
export function circles(edges: readonly ReadonlySet<number>[]): number[][] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const open = new Set<number>();
  const found: number[][] = [];
  const visit = (node: number): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    open.add(node);
    for (const next of edges[node] ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
      } else if (open.has(next)) {
        low.set(node, Math.min(low.get(node) ?? 0, index.get(next) ?? 0));
      }
    }
    if (low.get(node) === index.get(node)) {
      const group = stack.splice(stack.lastIndexOf(node));
      group.forEach(member => open.delete(member));
      if (group.length > 1) {
        found.push(group);
      }
    }
  };
  edges.forEach((_, node) => {
    if (!index.has(node)) {
      visit(node);
    }
  });
  return found;
}

/** An order in which every step follows those it waits for; ties keep the given order. */
export function topological(edges: readonly ReadonlySet<number>[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (step: number): void => {
    if (seen.has(step)) {
      return;
    }
    seen.add(step);
    [...(edges[step] ?? [])].sort((a, b) => a - b).forEach(visit);
    order.push(step);
  };
  edges.forEach((_, step) => visit(step));
  return order;
}

/** Leaves out waits that follow from others; those in `keep` stay, as data flows along them. */
export function reduced(
  edges: readonly ReadonlySet<number>[],
  order: readonly number[],
  keep: (step: number, from: number) => boolean
): Set<number>[] {
  const position = new Map(order.map((step, at) => [step, at]));
  const words = Math.ceil(edges.length / 32);
  const above = new Map<number, Uint32Array>();
  const result: Set<number>[] = edges.map(() => new Set());
  for (const step of order) {
    const ancestors = new Uint32Array(words);
    const nearestFirst = [...(edges[step] ?? [])].sort(
      (a, b) => (position.get(b) ?? 0) - (position.get(a) ?? 0)
    );
    for (const from of nearestFirst) {
      const word = from >>> 5;
      const known = ((ancestors[word] ?? 0) >>> (from & 31)) & 1;
      if (known === 0 || keep(step, from)) {
        result[step]?.add(from);
      }
      if (known === 0) {
        ancestors[word] = (ancestors[word] ?? 0) | (1 << (from & 31));
        above.get(from)?.forEach((bits, at) => {
          ancestors[at] = (ancestors[at] ?? 0) | bits;
        });
      }
    }
    above.set(step, ancestors);
  }
  return result;
}
