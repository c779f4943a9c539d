/** The words of a text. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** Each word, and what looks like it: something before it, something behind it. */
export function alike(text: string): [string, string, string][] {
  return words(text).map(word => [word, `-${word}`, `${word}-`]);
}
