import { StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  ViewPlugin,
  type DecorationSet
} from '@codemirror/view';

import type { Diagnostic } from '../../contract/pipeline';
import type { Problems } from './problems';

const setProblems = StateEffect.define<readonly Diagnostic[]>();

/**
 * Underlines the problems of one cell and shows message and fix on hovering. A state field of our own:
 * CodeMirror's `setDiagnostics` would overwrite what other extensions have found.
 */
export function problemUnderlines(cell: string, problems: Problems): Extension {
  const underlines = StateField.define<DecorationSet>({
    create: state => decorate(problems.of(cell), state.doc),
    update: (decorations, transaction) => {
      const effect = transaction.effects.find(other => other.is(setProblems));
      return effect?.is(setProblems)
        ? decorate(effect.value, transaction.state.doc)
        : decorations.map(transaction.changes);
    },
    provide: field => EditorView.decorations.from(field)
  });
  const follow = ViewPlugin.define(view => {
    const onChange = (): void =>
      view.dispatch({ effects: setProblems.of(problems.of(cell)) });
    problems.changed.connect(onChange);
    return { destroy: () => problems.changed.disconnect(onChange) };
  });
  const tip = hoverTooltip((view, position) => {
    const found = problems
      .of(cell)
      .map(problem => ({ problem, ...rangeOf(problem, view.state.doc) }))
      .find(({ from, to }) => from <= position && position <= to);
    return found
      ? {
          pos: found.from,
          end: found.to,
          create: () => ({ dom: describeProblem(found.problem) })
        }
      : null;
  });
  return [underlines, follow, tip];
}

/** Offsets of a problem; a place that the text no longer has is moved to its end. */
export function rangeOf(problem: Diagnostic, doc: Text): { from: number; to: number } {
  const offset = (line: number, column: number): number => {
    if (line > doc.lines) {
      return doc.length;
    }
    const { from, length } = doc.line(Math.max(1, line));
    return from + Math.min(Math.max(0, column - 1), length);
  };
  const from = offset(problem.line, problem.column);
  const given =
    problem.endColumn === undefined
      ? from
      : offset(problem.endLine ?? problem.line, problem.endColumn);
  return { from, to: given > from ? given : endOfWord(doc, from) };
}

/** At least one character, so that there is something to underline. */
function endOfWord(doc: Text, from: number): number {
  const line = doc.lineAt(from);
  const [word] = /^\w*/.exec(line.text.slice(from - line.from)) ?? [''];
  return Math.min(from + Math.max(1, word.length), line.to);
}

function decorate(problems: readonly Diagnostic[], doc: Text): DecorationSet {
  const marks = problems
    .map(problem => ({ problem, ...rangeOf(problem, doc) }))
    .filter(({ from, to }) => to > from)
    .map(({ problem, from, to }) =>
      Decoration.mark({
        class: `jp-mlops-Problem jp-mlops-mod-${problem.severity}`
      }).range(from, to)
    );
  return Decoration.set(marks, true);
}

function describeProblem(problem: Diagnostic): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'jp-mlops-ProblemTip';
  for (const text of [problem.message, problem.fix]) {
    if (text) {
      const line = document.createElement('p');
      line.textContent = text;
      dom.append(line);
    }
  }
  return dom;
}
