import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the thing has ended; `changed` is told whenever the text of its state differs. */
export async function waitFor<T>(
  get: () => Promise<T>,
  state: (value: T) => { ended: boolean; text: string },
  changed: (text: string) => void
): Promise<T> {
  let last = '';
  for (;;) {
    const value = await get();
    const { ended, text } = state(value);
    if (text !== last) {
      changed(text);
      last = text;
    }
    if (ended) {
      return value;
    }
    await sleep(150);
  }
}
