import { isBuiltIn, isKnownModule } from '../library/names';
import { isCarried } from '../library/settings';
import type { IContext } from './evaluate';
import type { IAction } from './names';
import type { IShape } from './shape';

/** What setting an option means; `plain` where its value means the same in another process. */
export function setsOption(path: string, plain: boolean): IAction {
  return { kind: plain ? 'setting' : 'module-state', what: path, mode: 'write' };
}

/**
 * True for a value that an option may have in each process: data, or a function that asks for no
 * name of the notebook.
 */
export function isPlainOption(path: string, shape: IShape, context: IContext): boolean {
  if (shape.immutable) {
    return true;
  }
  const whole = isCarried(path) && !path.startsWith('logging.');
  return (
    whole &&
    shape.live === null &&
    shape.liveInside === null &&
    [...shape.code].every(code => {
      const { reads, changes } = context.effectsOf(code);
      const own = [...reads.keys()].some(
        name => context.names.has(name) || !isBuiltIn(name)
      );
      return code.kind === 'function' && !own && changes.size === 0;
    })
  );
}

/** True for what runs code that nobody sees: it may set options and seed. */
export function actsUnseen(path: string): boolean {
  return /^(exec|eval|runpy\.\w+|importlib\.(reload|import_module)|__import__|get_ipython)$/.test(
    path
  );
}

/** True for methods that seed: `for module in (random, np.random): module.seed(1)`. */
export function seedsUnseen(method: string): boolean {
  return /^(seed|manual_seed|set_seed|set_state|setstate)$/.test(method);
}

/** True for a module of which nobody knows what its import sets. */
export function importsUnseen(module: string): boolean {
  return module.startsWith('.') || !isKnownModule(module);
}

/** True for attributes of the notebook's own module. */
export function isMainModule(path: string): boolean {
  return /^(__main__|sys\.modules)\.\w/.test(path);
}

/** True for functions that draw into the current figure, or make one. */
export function drawsFigure(path: string): boolean {
  return /^(matplotlib\.pyplot|seaborn|pandas\.plotting|sklearn\.\w+\.\w*Display)\./.test(
    path
  );
}
