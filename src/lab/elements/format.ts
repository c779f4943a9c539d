import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 3600;

/** `9 s`, `2 min 5 s`, `1 h 10 min`. */
export function duration(seconds: number, trans: TranslationBundle): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) {
    return trans.__('%1 s', seconds < 10 ? oneDigit(seconds) : whole);
  }
  if (whole < HOUR) {
    const rest = whole % MINUTE;
    const minutes = Math.floor(whole / MINUTE);
    return rest && minutes < 10
      ? trans.__('%1 min %2 s', minutes, rest)
      : trans.__('%1 min', minutes);
  }
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const hours = Math.floor(whole / HOUR);
  return minutes ? trans.__('%1 h %2 min', hours, minutes) : trans.__('%1 h', hours);
}

function oneDigit(seconds: number): string {
  return String(Math.round(Math.max(0, seconds) * 10) / 10);
}

/** Seconds between two times, or until now. */
export function secondsBetween(from: string, to: string | null, now: Date): number {
  return ((to ? Date.parse(to) : now.getTime()) - Date.parse(from)) / 1000;
}

/** The time alone today, else the day; both in the tooltip by {@link exactTime}. */
export function shortTime(time: string | Date, now: Date = new Date()): string {
  const date = new Date(time);
  const sameDay = date.toDateString() === now.toDateString();
  return sameDay
    ? date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    : shortDay(date, now);
}

/** `12 Apr`, with the year where it is another one. */
export function shortDay(time: string | Date, now: Date = new Date()): string {
  const date = new Date(time);
  return date.toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' })
  });
}

export function exactTime(time: string | Date): string {
  return new Date(time).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'medium'
  });
}

/** A text in which each time of the interchange format is said as people read it. */
export function withLocalTimes(text: string): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+Z/g, time => exactTime(time));
}

/** Clock time with seconds, for log lines. */
export function clockTime(time: string): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(':');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, three digits: `148 kB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${figure(value)} ${UNITS[unit]}`;
}

/** A measured number with three or four digits that matter. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e9)) {
    return value.toExponential(2);
  }
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 3;
  return value.toLocaleString(undefined, { maximumFractionDigits: digits });
}

/** A share of one as percent. */
export function percent(share: number): string {
  return `${figure(Math.round(share * 1000) / 10)} %`;
}

/** A parameter's value as Python code would show it; text alone goes without its quotes. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : pythonText(value);
}

function pythonText(value: unknown): string {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (Array.isArray(value)) {
    return `[${value.map(pythonText).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${pythonText(item)}`
    );
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** The file name of a path. */
export function fileName(path: string): string {
  return path.split('/').pop() ?? path;
}
