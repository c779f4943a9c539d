export const TAB = 9;
export const NEWLINE = 10;
export const FORM_FEED = 12;
export const CARRIAGE_RETURN = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const SINGLE_QUOTE = 39;
export const COLON = 58;
export const EQUALS = 61;
export const LETTER_N = 78;
export const BACKSLASH = 92;
export const BRACE_OPEN = 123;
export const BRACE_CLOSE = 125;
/** Stands for syntax of IPython: the rest of its line belongs to it. */
export const MAGIC = 0xe000;
/** Stands in place of what IPython takes away; it counts for nothing, not as indentation either. */
export const REMOVED = 0xe001;

export function isLineBreak(char: number): boolean {
  return char === NEWLINE || char === CARRIAGE_RETURN;
}
