import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where a process runs: only there do its process id and its socket mean anything. */
export interface IMachine {
  /** The same for all processes that see each other: boot and process id namespace. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
}

/** This computer, or this container: two pods of one node do not see each other's processes. */
export function thisMachine(): IMachine {
  const name = hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { id: `${name} ${boot} ${readlinkSync('/proc/self/ns/pid')}`, name };
  } catch {
    // No /proc: not Linux, where homes are seldom shared and containers are other machines.
    return { id: name, name };
  }
}
