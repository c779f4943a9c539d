import type { ICall, ICode, Value } from '../python/value';
import { KEY } from '../python/value';
import {
  givesContainer,
  givesFigure,
  givesImmutable,
  isFormula,
  keepsArguments
} from '../library/callables';
import { givesNew, methodKind, stylerMethod } from '../library/methods';
import { drawsWithoutState } from '../library/random';
import { givenOf } from './given';
import { liveOfMethod, liveResult, taken } from './live';
import { isBuiltIn, isKnownModule } from '../library/names';
import type { IEffects, ILocalModules, INameLookup } from './names';
import type { IShape } from './shape';
import {
  IMMUTABLE,
  NOTHING,
  drawingOf,
  isOwn,
  isParamRoot,
  isState,
  paramRoot,
  union
} from './shape';
import { absolute, HERE, join, parent, pathText } from '../library/path-text';
import { namesInStrings } from '../python/string-scopes';

/** What evaluation needs to know about the rest of the flow. */
export interface IContext {
  readonly names: INameLookup;
  /** The modules beside the notebook whose source is known. */
  readonly modules: ILocalModules;
  effectsOf(code: ICode): IEffects;
}

/** Methods of lists, dicts and sets whose result holds the same items. */
const COPIES = /^(copy|union|intersection|difference|symmetric_difference|elements)$/;

/** Turns values into shapes; one for each event, as names change between events. */
export class Evaluation {
  constructor(context: IContext) {
    this._context = context;
  }

  shape(value: Value): IShape {
    const known = this._known.get(value);
    if (known) {
      return known;
    }
    this._known.set(value, NOTHING);
    const shape = this._shape(value);
    this._known.set(value, shape);
    return shape;
  }

  /** The full name of what is called: `numpy.random.seed`, `open`; null where it is not known. */
  path(callee: Value): string | null {
    const shape = this.shape(callee);
    if (shape.module !== null) {
      return shape.module;
    }
    return callee.t === 'name' &&
      !this._context.names.has(callee.name) &&
      isBuiltIn(callee.name)
      ? callee.name
      : null;
  }

  /** The object that a method is called on; null for functions and modules. */
  receiver(call: ICall): IShape | null {
    if (call.callee.t !== 'member' || this.path(call.callee) !== null) {
      return null;
    }
    const of = this.shape(call.callee.of);
    return of.module === null ? of : null;
  }

  /** The function of the notebook that a method call runs, looked up by its name. */
  method(shape: IShape, name: string): ICode[] {
    const found: ICode[] = [];
    const seen = new Set<ICode>();
    const visit = (code: ICode): void => {
      if (seen.has(code)) {
        return;
      }
      seen.add(code);
      if (code.kind === 'class') {
        found.push(...code.nested.filter(item => item.method && item.name === name));
        code.related.forEach(base => this.shape(base).code.forEach(visit));
      }
    };
    shape.code.forEach(visit);
    return found;
  }

  private _shape(value: Value): IShape {
    switch (value.t) {
      case 'const':
        return value.text === null ? IMMUTABLE : { ...IMMUTABLE, text: value.text };
      case 'name':
        return this._name(value.name);
      case 'param':
        return { ...NOTHING, roots: new Set([paramRoot(value.code, value.index)]) };
      case 'module':
        return this._module(value.module, value.member);
      case 'parts': {
        const shapes = value.of.map(item => this.shape(item));
        const immutable =
          value.mutable !== true &&
          shapes.length > 0 &&
          shapes.every(item => item.immutable);
        return {
          ...union(shapes, shapes.length > 1 || value.mutable === true),
          immutable,
          container: value.mutable === true || shapes.some(item => item.container)
        };
      }
      case 'member':
        return this._member(this.shape(value.of), value.attribute);
      case 'call':
        return this._call(value.call);
      case 'code':
        return {
          ...union(
            [...value.code.related, ...value.code.holds].map(item => this.shape(item)),
            true
          ),
          code: new Set([
            value.code,
            ...value.code.related.flatMap(item => [...this.shape(item).code]),
            ...(value.code.kind === 'function' ? value.code.holds : []).flatMap(
              item => [...this.shape(item).code]
            )
          ]),
          live: null
        };
      case 'op':
        return this._operation(value.op, value.of);
      case 'format':
        return { ...IMMUTABLE, text: this._joined(value.of) };
      case 'stream':
        return {
          ...union(
            value.of.map(item => this.shape(item)),
            true
          ),
          live: 'generator'
        };
    }
  }

  private _name(name: string): IShape {
    const binding = this._context.names.get(name);
    if (!binding || binding.deletedIn !== null) {
      return { ...NOTHING, roots: new Set([name]) };
    }
    const { shape } = binding;
    return shape.module !== null
      ? shape
      : { ...shape, roots: new Set([name, ...[...shape.roots].filter(isParamRoot)]) };
  }

  private _member(of: IShape, attribute: string | null): IShape {
    if (of.module !== null) {
      return attribute === null
        ? { ...of, member: true }
        : this._module(`${of.module}.${attribute}`, true);
    }
    if (of.immutable) {
      const text = attribute === 'parent' && of.text !== null ? parent(of.text) : null;
      return { ...IMMUTABLE, text };
    }
    return {
      ...of,
      text: null,
      immutable: false,
      container: false,
      styled: attribute === 'style',
      live: attribute === null ? of.liveInside : null
    };
  }

  private _module(module: string, member: boolean): IShape {
    const known = member ? this._context.modules.attribute(module) : null;
    return known ?? { ...NOTHING, module, member };
  }

  private _operation(op: string, of: readonly Value[]): IShape {
    const shapes = of.map(item => this.shape(item));
    if (op === KEY) {
      return { ...IMMUTABLE, live: shapes.find(item => item.live)?.live ?? null };
    }
    const [left, right] = shapes;
    const immutable = shapes.length > 0 && shapes.every(item => item.immutable);
    if (left?.text != null && right?.text != null && (op === '+' || op === '/')) {
      return {
        ...IMMUTABLE,
        text: op === '+' ? left.text + right.text : join(left.text, right.text)
      };
    }
    if (immutable) {
      return IMMUTABLE;
    }
    // A list joined with a list, or repeated, holds the same items
    const joins = /^[+|*]$/.test(op) && shapes.some(item => item.container);
    return joins
      ? { ...union(shapes, true), container: true }
      : { ...NOTHING, drawing: drawingOf(shapes) };
  }

  private _joined(of: readonly (string | Value)[]): string | null {
    let text = '';
    for (const item of of) {
      const part = typeof item === 'string' ? item : this.shape(item).text;
      if (part === null) {
        return null;
      }
      text += part;
    }
    return text;
  }

  private _call(call: ICall): IShape {
    const args = call.args.map(arg => this.shape(arg.value));
    const callee = this.shape(call.callee);
    const path = this.path(call.callee);
    const keywords = call.args.flatMap(arg => (arg.keyword ? [arg.keyword] : []));
    if (path !== null) {
      return this._library(path, args, call);
    }
    const receiver = this.receiver(call);
    if (receiver && call.method !== null) {
      if (
        receiver.module === null &&
        receiver.text !== null &&
        call.method === 'joinpath'
      ) {
        return {
          ...IMMUTABLE,
          text: args[0]?.text == null ? null : join(receiver.text, args[0].text)
        };
      }
      const own = this.method(receiver, call.method);
      if (own.length > 0) {
        return union(
          own.map(code => this._result(code, call, [receiver, ...args], receiver)),
          false
        );
      }
      return this._method(call.method, receiver, args, keywords);
    }
    if (callee.code.size > 0) {
      const results = [...callee.code].map(code =>
        this._result(code, call, args, callee)
      );
      const classes = [...callee.code].some(code => code.kind === 'class');
      if (!classes) {
        return union(results, false);
      }
      // What an object of a local module's class changes there, its methods tell
      const own = [...callee.code].every(code => code.home !== null);
      const made = union(
        [own ? { ...callee, roots: new Set() } : callee, ...results],
        true
      );
      // What it says at its end must be said where and when it ends
      const ends = this.method(callee, '__del__').length > 0;
      return ends ? { ...made, live: 'live-object' } : made;
    }
    return union([callee, ...args], true);
  }

  private _library(path: string, args: IShape[], call: ICall): IShape {
    const live = liveResult(path, call, args, this);
    if (givesImmutable(path) && !live) {
      const text = pathText(path, args[0]?.text ?? null);
      const joined = path === 'os.path.join' && args.every(arg => arg.text !== null);
      return {
        ...IMMUTABLE,
        text: joined ? args.map(arg => arg.text ?? '').reduce(join) : text
      };
    }
    if (/^pathlib\.\w*Path\.cwd$/.test(path)) {
      return { ...IMMUTABLE, text: HERE };
    }
    if (/^pathlib\.(Pure)?\w*Path$/.test(path)) {
      const known = args.length > 0 && args.every(arg => arg.text !== null);
      return {
        ...IMMUTABLE,
        text: known
          ? args.map(arg => arg.text ?? '').reduce(join)
          : args.length === 0
            ? ''
            : null
      };
    }
    if (/^(decimal\.getcontext|logging\.getLogger|re\.compile)$/.test(path)) {
      return { ...NOTHING, module: path, member: true };
    }
    // A fitted formula evaluates its text again when it is loaded, where it finds no names
    const bound =
      isFormula(path) &&
      namesInStrings(call).some(name => this._context.names.has(name));
    const known = isKnownModule(path) || isBuiltIn(path);
    const drawing =
      drawsWithoutState(path, givenOf(call)) ?? (known ? null : 'perhaps');
    const keeps = keepsArguments(path) || !known;
    const items = [...taken(path, args), ...this._givenBy(args)];
    const held = keeps || live ? union(items, true) : NOTHING;
    const figure = givesFigure(path);
    // A tuple of iterators
    const several = path === 'itertools.tee';
    return {
      ...held,
      drawing: drawing ?? held.drawing,
      figure,
      container: givesContainer(path),
      growing: path === 'collections.defaultdict',
      live: several ? null : (live ?? held.live),
      liveInside: bound ? 'live-object' : several ? live : held.liveInside
    };
  }

  /** What functions that are arguments give: `defaultdict(lambda: rows)` may hold `rows`. */
  private _givenBy(args: readonly IShape[]): IShape[] {
    const functions = args.flatMap(arg =>
      [...arg.code].filter(code => code.kind === 'function')
    );
    return functions.map(code => {
      const { returned } = this._context.effectsOf(code);
      const roots = [...returned.roots].filter(root => !isParamRoot(root));
      return { ...returned, roots: new Set(roots) };
    });
  }

  private _method(
    name: string,
    receiver: IShape,
    args: IShape[],
    keywords: string[]
  ): IShape {
    const kind = receiver.styled ? stylerMethod(name) : methodKind(name, keywords);
    const live = liveOfMethod(name, args);
    if (live) {
      return { ...union([receiver], true), text: null, live };
    }
    if (receiver.immutable) {
      const resolves = /^(resolve|absolute)$/.test(name) && receiver.text !== null;
      return resolves
        ? { ...IMMUTABLE, text: absolute(receiver.text ?? '') }
        : IMMUTABLE;
    }
    if (receiver.container && COPIES.test(name)) {
      return { ...union([receiver, ...args], true), container: true };
    }
    if (kind === 'fresh' || (kind === 'change' && givesNew(name))) {
      return NOTHING;
    }
    const own = { ...receiver, text: null, live: null };
    if (/^(get|pop)$/.test(name) && args.length > 1) {
      return union([own, ...args], true);
    }
    return kind === 'unknown' ? { ...union([own, ...args], true) } : own;
  }

  private _result(
    code: ICode,
    call: ICall,
    args: readonly IShape[],
    callee: IShape
  ): IShape {
    if (code.kind === 'class') {
      return union(args, true);
    }
    const returned = this._context.effectsOf(code).returned;
    const shapes = [returned];
    const roots = new Set<string>();
    for (const root of returned.roots) {
      const index = code.params.findIndex((_, at) => paramRoot(code, at) === root);
      const given = index < 0 ? undefined : argument(code, call, args, index);
      if (given) {
        shapes.push(given);
      } else if (isState(code, root)) {
        // What a function keeps is reached through the function itself
        callee.roots.forEach(item => roots.add(item));
      } else if (index < 0 && !isOwn(code, root)) {
        roots.add(root);
      }
    }
    const shape = { ...union(shapes, false) };
    const all = new Set([
      ...roots,
      ...shapes.slice(1).flatMap(item => [...item.roots])
    ]);
    const live = code.generator ? 'generator' : code.coroutine ? 'task' : shape.live;
    return { ...shape, roots: all, live, module: null };
  }

  private readonly _context: IContext;
  private readonly _known = new Map<Value, IShape>();
}

/**
 * The argument that a call gives for a parameter, or all that it may be: `*rows` gathers several.
 * `args` may begin with the object of a method.
 */
export function argument(
  code: ICode,
  call: ICall,
  args: readonly IShape[],
  index: number
): IShape | undefined {
  const offset = args.length - call.args.length;
  const given = call.args.map((arg, at) => ({ ...arg, shape: args[at + offset] }));
  const named = given.find(arg => arg.keyword === code.params[index]);
  if (named) {
    return named.shape;
  }
  if (index < offset) {
    return args[index];
  }
  const gathers = code.gathering.has(index);
  const later = [...code.gathering].some(other => other < index);
  const found = given.flatMap((arg, at) => {
    const place = at + offset;
    const own = arg.keyword === null && !later && place === index;
    const any = arg.spread === true || (arg.unpacked === true && place <= index);
    const unknown = arg.keyword !== null && !code.params.includes(arg.keyword);
    const left = unknown || (arg.keyword === null && place >= index);
    return arg.shape && (own || any || (gathers && left)) ? [arg.shape] : [];
  });
  return found.length === 0
    ? undefined
    : union(found, gathers || found.length > 1 || given.some(arg => arg.unpacked));
}

/** What is left of an iterator that was read to its end: its items. */
