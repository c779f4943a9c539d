import type { CellEvent, ICall, ICode, ISpan, Value } from '../python/value';
import {
  changedArguments,
  isNetwork,
  isOpaque,
  isVolatile,
  takesIn
} from '../library/callables';
import { fileCall, openMode } from '../library/file-calls';
import { methodKind, stylerMethod } from '../library/methods';
import type { MethodKind } from '../library/methods';
import { isBuiltIn, isKnownModule } from '../library/names';
import type { Drawing } from '../library/random';
import { randomUse, samples, startsAnywhere } from '../library/random';
import { isSetting, mayDrawUnseen, registers } from '../library/settings';
import { Evaluation, argument } from './evaluate';
import type { IContext } from './evaluate';
import { givenOf } from './given';
import { filled, handed, handedMethods, run, unboundMethod } from './handed';
import { isModuleFile } from './names';
import { mentions } from './mentions';
import type { IAction, IEffects } from './names';
import {
  actsUnseen,
  drawsFigure,
  isMainModule,
  isPlainOption,
  seedsUnseen,
  setsOption
} from './options';
import { isLiteral, looksUpNames, patch } from './patches';
import type { IShape } from './shape';
import { drawingOf, isParamRoot } from './shape';

/** Where the meaning of events goes: to the step that runs them, or into a function's effects. */
export interface ISink {
  read(event: CellEvent & { t: 'read' }, shape: IShape): void;
  write(event: CellEvent & { t: 'write' }, shape: IShape): void;
  remove(event: CellEvent & { t: 'delete' }): void;
  change(roots: Iterable<string>, span: ISpan): void;
  link(roots: ReadonlySet<string>, held: IShape, span: ISpan): void;
  act(action: IAction, span: ISpan): void;
  /** A function of the notebook runs: all that it may do, its arguments filled in. */
  run(effects: IEffects, span: ISpan): void;
}

/** Tells a sink what one event means. */
export function interpret(event: CellEvent, context: IContext, sink: ISink): void {
  const evaluation = new Evaluation(context);
  switch (event.t) {
    case 'read':
      return sink.read(event, evaluation.shape({ t: 'name', name: event.name }));
    case 'write':
      return sink.write(event, evaluation.shape(event.value));
    case 'delete':
      return sink.remove(event);
    case 'mutate':
      return mutate(event, evaluation, context, sink);
    case 'call':
      return call(event.call, evaluation, context, sink);
    case 'import':
      return sink.act({ kind: 'import', what: event.name, mode: 'read' }, event);
    case 'dynamic':
      return sink.act({ kind: 'dynamic', what: event.what, mode: 'read' }, event);
    default:
  }
}

function mutate(
  event: CellEvent & { t: 'mutate' },
  evaluation: Evaluation,
  context: IContext,
  sink: ISink
): void {
  const target = evaluation.shape(event.target);
  const captures = event.captures.map(value => evaluation.shape(value));
  if (target.module !== null) {
    if (isMainModule(target.module)) {
      // It binds names of the notebook, which the whole cell is taken to do
      return;
    }
    return patch(target.module, event.captures, event, evaluation, context, sink);
  }
  sink.change(target.roots, event);
  captures.forEach(held => sink.link(target.roots, held, event));
}

/** Constants of modules and the standard streams: the same wherever they are asked for. */
function isNamed({ module }: IShape): boolean {
  return module !== null && /\.[A-Z][A-Z_0-9]*$|^sys\.std(out|err)$/.test(module);
}

function call(
  made: ICall,
  evaluation: Evaluation,
  context: IContext,
  sink: ISink
): void {
  const args = made.args.map(arg => evaluation.shape(arg.value));
  const path = evaluation.path(made.callee);
  const receiver = evaluation.receiver(made);
  files(made, path, evaluation, sink);
  handed(made, receiver ? [receiver, ...args] : args, context, sink);
  handedMethods(made, evaluation, context, sink);
  const unbound = unboundMethod(made, path, evaluation);
  if (unbound) {
    return call(unbound, evaluation, context, sink);
  }
  if (path !== null) {
    return library(made, path, args, evaluation, context, sink);
  }
  if (receiver && made.method !== null) {
    const own = evaluation.method(receiver, made.method);
    own.forEach(code => apply(code, made, [receiver, ...args], context, sink));
    if (own.length === 0) {
      method(made, made.method, receiver, args, sink);
    }
    return;
  }
  const callee = evaluation.shape(made.callee);
  for (const item of callee.code) {
    if (item.kind === 'class') {
      const own = { ...callee, code: new Set([item]) };
      const start = evaluation.method(own, '__init__').slice(0, 1);
      const self = { ...callee, roots: new Set<string>() };
      start.forEach(init => apply(init, made, [self, ...args], context, sink));
      // It may be an object of the class that is called
      const called = evaluation.method(own, '__call__').slice(0, 1);
      called.forEach(code => apply(code, made, [callee, ...args], context, sink));
    } else {
      apply(item, made, args, context, sink, callee);
    }
  }
  if (callee.code.size === 0) {
    // Something unknown is called: it may change itself and what it is given
    [callee, ...args].forEach(shape => sink.change(shape.roots, made));
  }
}

function apply(
  code: ICode,
  made: ICall,
  args: IShape[],
  context: IContext,
  sink: ISink,
  callee: IShape | undefined = args[0]
): void {
  const effects = context.effectsOf(code);
  const fill = (roots: Iterable<string>): Set<string> =>
    filled(
      code,
      roots,
      callee?.roots ?? new Set(),
      index => argument(code, made, args, index)?.roots ?? []
    );
  // The function may fit what it is given
  const drawing = code.kind === 'function' ? drawingOf(args) : null;
  if (drawing) {
    draw(drawing, made, sink);
  }
  run(effects, fill, made, sink);
  const kept = [...effects.changes].filter(isModuleFile);
  if (kept.length > 0) {
    // A registry of a local module holds what it was given
    args.forEach(held => sink.link(new Set(kept), held, made));
  }
}

function method(
  made: ICall,
  name: string,
  receiver: IShape,
  args: IShape[],
  sink: ISink
): void {
  const keywords = made.args.flatMap(arg => {
    const off = arg.keyword === 'inplace' && arg.value.t === 'const';
    return arg.keyword && !off ? [arg.keyword] : [];
  });
  const inplace = made.args.some(arg => arg.keyword === 'inplace');
  const drawn = receiver.figure && !/^(get_|savefig|show)/.test(name);
  const kind = drawn
    ? 'change'
    : receiver.styled
      ? styling(made, name)
      : methodKind(name, inplace ? [...keywords, 'inplace'] : keywords);
  if (receiver.drawing && /^(fit|partial_fit|fit_\w+|split|score)$/.test(name)) {
    draw(receiver.drawing, made, sink);
  }
  if (samples(name, givenOf(made)) && !receiver.immutable) {
    draw('surely', made, sink);
  }
  if (seedsUnseen(name)) {
    sink.act({ kind: 'ambient', what: name, mode: 'change' }, made);
  }
  if (/^(plot|hist|boxplot|bar)$/.test(name) && !receiver.figure) {
    sink.act({ kind: 'pyplot', what: name, mode: 'use' }, made);
  }
  if (name === 'shuffle') {
    sink.change(args[0]?.roots ?? [], made);
  }
  stateArguments(made, args, sink);
  if (kind === 'fresh' || kind === 'view' || receiver.immutable) {
    return;
  }
  sink.change(receiver.roots, made);
  if (kind === 'unknown') {
    draw('perhaps', made, sink);
    args.forEach(held => sink.link(receiver.roots, held, made));
  }
}

/** What is made for its result alone needs no order; a Styler that has a name is changed. */
function styling({ callee }: ICall, name: string): MethodKind {
  const kind = stylerMethod(name);
  const named = callee.t === 'member' && callee.of.t === 'name';
  return kind === 'view' && named ? 'change' : kind;
}

function draw(drawing: Drawing, made: ICall, sink: ISink): void {
  const surely = drawing === 'surely';
  const what = surely ? 'numpy' : null;
  sink.act({ kind: 'random', what, mode: surely ? 'draw' : 'may-draw' }, made);
}

/** A generator that is handed over is drawn from; so is a list that callbacks fill. */
function stateArguments(made: ICall, args: IShape[], sink: ISink): void {
  made.args.forEach((arg, at) => {
    const given = args[at];
    if (
      given &&
      arg.keyword &&
      /^(random_state|rng|generator|seed|callbacks|evals_result|out|file|buf|ax|fig)$/.test(
        arg.keyword
      )
    ) {
      sink.change(given.roots, made);
    }
  });
}

function library(
  made: ICall,
  path: string,
  args: IShape[],
  evaluation: Evaluation,
  context: IContext,
  sink: ISink
): void {
  const use = randomUse(path);
  const act = (
    kind: IAction['kind'],
    mode: IAction['mode'],
    what: string | null = path
  ): void => sink.act({ kind, what, mode }, made);
  if (use) {
    act('random', use.kind, use.family);
  } else if (/\.[a-z_0-9]+$/.test(path)) {
    // A function draws at once, and fits the estimators that it is given
    const own = evaluation.shape({ t: 'call', call: made });
    const drawing = drawingOf([own, ...args]);
    if (drawing && !/^sklearn\.(pipeline|compose|base)\./.test(path)) {
      draw(drawing, made, sink);
    } else if (mayDrawUnseen(path)) {
      draw('perhaps', made, sink);
    }
  }
  if (/^traceback\.\w*(exception|tb|Exception)\w*$/.test(path)) {
    const errors = args.flatMap(arg => namesOnly(arg.roots));
    errors.forEach(name => act('traceback', 'read', name));
  }
  if (looksUpNames(path)) {
    act('looks-up', 'read');
  }
  const values = made.args.map(arg => arg.value);
  const [owner, attribute] = args;
  if (
    /^(setattr|delattr)$/.test(path) &&
    owner?.module != null &&
    !isMainModule(`${owner.module}.x`)
  ) {
    const place = `${owner.module}.${attribute?.text ?? '*'}`;
    return patch(place, values.slice(2), made, evaluation, context, sink);
  }
  if (registers(path)) {
    patch(path, values, made, evaluation, context, sink);
  }
  if (isSetting(path)) {
    // Said again, it would begin its file anew
    const opens =
      path === 'logging.basicConfig' &&
      made.args.some(arg => arg.keyword === 'filename' || arg.spread);
    const plain =
      !opens &&
      (args.every(arg => isNamed(arg) || isPlainOption(path, arg, context)) ||
        made.args.every(arg => isLiteral(arg.value)));
    sink.act(setsOption(path, plain), made);
  }
  if (path === 'matplotlib.use' || path === 'matplotlib.pyplot.switch_backend') {
    act('backend', 'write', args[0]?.text ?? null);
  }
  if (
    /^(IPython\.(core\.)?(display|display_functions)\.)?(update_)?display$/.test(path)
  ) {
    const given = new Map(made.args.map(arg => [arg.keyword, arg.value]));
    const updates = path.endsWith('update_display') || given.has('update');
    if (updates || given.has('display_id')) {
      act('display', updates ? 'change' : 'write');
    }
  }
  if (drawsFigure(path)) {
    const creates = /\.(figure|subplots|subplot_mosaic|close)$/.test(path);
    act('pyplot', creates ? 'create' : 'use');
  }
  if (/^IPython\.core\.magic\.register_/.test(path)) {
    act('magic-definition', 'write');
  }
  if (/^os\.(getenv|environ\.get)$/.test(path) && args[0]?.text) {
    act('environment', 'read', args[0].text);
  }
  if (path === 'os.environ.__getitem__' && args[0]?.text) {
    act('environment', 'use', args[0].text);
  }
  if (isVolatile(path) || startsAnywhere(path, givenOf(made))) {
    act('volatile', 'read');
  }
  if (isNetwork(path)) {
    act('network', /\.(post|put|delete|patch)$/.test(path) ? 'write' : 'read');
  }
  if (isOpaque(path)) {
    act('opaque', 'change');
  }
  if (path === 'input' || path === 'getpass.getpass') {
    act('input', 'read');
  }
  if (/^(exit|quit|os\._exit)$/.test(path)) {
    act('exit', 'use');
  }
  const known = isKnownModule(path) || isBuiltIn(path);
  if (!known && made.statement) {
    act('opaque', 'change');
  }
  if (!known || actsUnseen(path)) {
    act('ambient', 'change');
  }
  stateArguments(made, args, sink);
  if (worksInPlace(made)) {
    args.forEach(arg => sink.change(arg.roots, made));
  }
  for (const at of changedArguments(path)) {
    const changed = args[at]?.roots ?? new Set<string>();
    sink.change(changed, made);
    if (takesIn(path)) {
      args.forEach((held, other) => other !== at && sink.link(changed, held, made));
    }
  }
  if (!known) {
    args.forEach(arg => sink.change(arg.roots, made));
  }
}

/** `copy=False`, `inplace=True`, `overwrite_input=True`: the function may change what it is given. */
function worksInPlace({ args }: ICall): boolean {
  return args.some(
    ({ keyword, value }) =>
      (keyword === 'copy' && !isTrue(value)) ||
      (/^(inplace|overwrite_\w+)$/.test(keyword ?? '') && !isFalse(value))
  );
}

const isTrue = (value: Value): boolean => value.t === 'const' && value.word === 'True';
const isFalse = (value: Value): boolean =>
  value.t === 'const' && value.word === 'False';

function files(
  made: ICall,
  path: string | null,
  evaluation: Evaluation,
  sink: ISink
): void {
  const opens =
    path !== null &&
    /^(open|io\.open|codecs\.open|gzip\.open|bz2\.open|lzma\.open)$/.test(path);
  const found = opens
    ? { mode: 'read' as const, at: 0, keywords: ['file'], always: true }
    : fileCall(path, made.method);
  if (!found) {
    mentions(made, evaluation).forEach(action => sink.act(action, made));
    return;
  }
  const named = made.args.find(
    arg => arg.keyword !== null && found.keywords.includes(arg.keyword)
  );
  const positional =
    found.at >= 0 ? made.args.filter(arg => arg.keyword === null)[found.at] : undefined;
  const value =
    found.at < 0 && made.callee.t === 'member'
      ? made.callee.of
      : (named ?? positional)?.value;
  if (!value) {
    return;
  }
  const { text, live } = evaluation.shape(value);
  if (
    live === 'open-file' ||
    (found.at < 0 && text === null && !/^(read|write)_/.test(made.method ?? ''))
  ) {
    return;
  }
  if (text !== null && /^[a-z][a-z0-9+]+:\/\//i.test(text)) {
    sink.act(
      { kind: 'network', what: text, mode: found.mode === 'read' ? 'read' : 'write' },
      made
    );
    mentions(made, evaluation).forEach(action => sink.act(action, made));
    return;
  }
  if (path?.startsWith('logging.')) {
    sink.act({ kind: 'mention', what: text, mode: 'create' }, made);
  }
  const place = found.at < 0 ? 0 : 1;
  const modeValue = made.args.find(arg => arg.keyword === 'mode') ?? made.args[place];
  const mode =
    (opens || made.method === 'open') && modeValue
      ? openMode(evaluation.shape(modeValue.value).text)
      : found.mode;
  // Who asks whether it is there is prepared for its absence.
  const asks =
    /^os\.path\.(exists|is\w+)$/.test(path ?? '') || EXISTS.test(made.method ?? '');
  sink.act(
    { kind: 'file', what: text, mode, ...(asks ? { guarded: true } : {}) },
    made
  );
}

const EXISTS = /^(exists|is_file|is_dir)$/;

/** Only names: parameters were filled in before. */
export function namesOnly(roots: Iterable<string>): string[] {
  return [...roots].filter(root => !isParamRoot(root));
}
