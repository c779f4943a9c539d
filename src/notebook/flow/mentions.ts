import type { ICall } from '../python/value';
import type { Evaluation } from './evaluate';
import type { IAction } from './names';

const FILE = /^[^\s:*?"<>|][^:*?"<>|\n]*\.\w{1,5}$/;
const STORES =
  /^(save|write|to_?file|tofile|dump|export\w*|extract|extractall|savemat|savefile|flush|commit)$/;

/**
 * What a call that nobody knows may do with files: one that it names it may write, and a method
 * such as `save` may write any.
 */
export function mentions(made: ICall, evaluation: Evaluation): IAction[] {
  const texts = made.args.flatMap(({ value }) => {
    const { text } = evaluation.shape(value);
    return text !== null && FILE.test(text) ? [text] : [];
  });
  const stores =
    STORES.test(made.method ?? '') &&
    made.args.some(({ value }) => {
      const { text, immutable, live } = evaluation.shape(value);
      return text === null && live === null && !(immutable && value.t === 'const');
    });
  return [...texts, ...(stores && texts.length === 0 ? [null] : [])].map(what => ({
    kind: 'mention',
    what,
    mode: 'change'
  }));
}
