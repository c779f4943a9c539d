import { readFileSync } from 'node:fs';

import { codeOf } from '../thrown';

/**
 * When a process started, in clock ticks since boot (field 22 of proc(5) `stat`), so that a reused
 * process id is not taken for the old process. Empty where the process is gone or there is no /proc.
 */
export function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Whether the process that had this id and start time still runs. */
export function isAlive(pid: number, startTime: string): boolean {
  if (startTime) {
    return startTimeOf(pid) === startTime;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
