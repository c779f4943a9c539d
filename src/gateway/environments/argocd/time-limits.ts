/** How long Argo CD may take for each part, in milliseconds. */
export interface ITimeLimits {
  /** Until it answers that it has looked. */
  acknowledged: number;
  /** After which it is asked again, where it has looked and not seen the commit. */
  askedAgain: number;
  /** Until it has compared with the commit; by itself it looks every two to three minutes. */
  compared: number;
  /** From there until it has applied the commit, with its own repetitions. */
  synced: number;
  /** How long it may still find differences after it has applied the commit: it compares anew. */
  agrees: number;
  /** From there until it calls the objects healthy. */
  healthy: number;
}

export const TIME_LIMITS: ITimeLimits = {
  acknowledged: 30_000,
  askedAgain: 30_000,
  compared: 10 * 60_000,
  synced: 15 * 60_000,
  agrees: 10_000,
  healthy: 15 * 60_000
};
