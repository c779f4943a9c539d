import type { IRequestFigures } from '../port';

interface ISample {
  at: number;
  answered: number;
  failed: number;
}

const WINDOW = 300_000;
/** Figures are asked for at every look at the panel; more samples say no more. */
const KEPT = 100;

/** Requests of the last five minutes, from the counters that MLServer tells Prometheus. */
export class RequestRate {
  /** @param text What a pod tells: Prometheus' text format. */
  add(pod: string, text: string, model: string, at: number): void {
    const samples = (this._samples.get(pod) ?? []).filter(
      sample => sample.at > at - WINDOW
    );
    samples.push({ at, ...countersOf(text, model) });
    this._samples.set(pod, samples.slice(-KEPT));
  }

  /** Forgets pods that are gone. */
  keep(pods: ReadonlySet<string>): void {
    for (const pod of this._samples.keys()) {
      if (!pods.has(pod)) {
        this._samples.delete(pod);
      }
    }
  }

  /** Null where no pod was asked twice within the last five minutes. */
  figures(now: number): IRequestFigures | null {
    let perMinute = 0;
    let answered = 0;
    let failed = 0;
    let known = false;
    for (const samples of this._samples.values()) {
      const recent = samples.filter(({ at }) => at > now - WINDOW);
      const minutes = ((recent.at(-1)?.at ?? 0) - (recent[0]?.at ?? 0)) / 60_000;
      if (minutes > 0) {
        known = true;
        const good = increase(recent.map(sample => sample.answered));
        const bad = increase(recent.map(sample => sample.failed));
        answered += good;
        failed += bad;
        perMinute += (good + bad) / minutes;
      }
    }
    const all = answered + failed;
    return known
      ? { requestsPerMinute: perMinute, errorRate: all === 0 ? 0 : failed / all }
      : null;
  }

  private readonly _samples = new Map<string, ISample[]>();
}

/** As Prometheus' `increase`: a counter that is less than before has begun anew. */
function increase(values: number[]): number {
  return values
    .slice(1)
    .reduce(
      (sum, value, index) =>
        sum + (value < values[index] ? value : value - values[index]),
      0
    );
}

function countersOf(text: string, model: string): Omit<ISample, 'at'> {
  return {
    answered: counter(text, 'model_infer_request_success_total', model),
    failed: counter(text, 'model_infer_request_failure_total', model)
  };
}

/** Sum over a model's versions; 0 where the counter is not there, as before the first request. */
function counter(text: string, name: string, model: string): number {
  const isOf = new RegExp(`(^|,)model="${model}"(,|$)`);
  return text
    .split('\n')
    .map(line => /^(\w+)\{([^}]*)\}\s+(\S+)/.exec(line))
    .filter(entry => entry?.[1] === name && isOf.test(entry[2]))
    .reduce((sum, entry) => sum + Number(entry?.[3]), 0);
}
