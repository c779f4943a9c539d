import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

import { temporaryFolder } from './core-builder';

/** Mounts an empty file system in memory; false where this user may not. */
export function mountSmallDisk(folder: string, size: string): boolean {
  return (
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
      .status === 0
  );
}

/** Unmounts it, also while something still looks into it. */
export function unmountSmallDisk(folder: string): void {
  spawnSync('umount', ['-l', folder]);
}

const probe = temporaryFolder();
const canMount = mountSmallDisk(probe, '64k');
if (canMount) {
  unmountSmallDisk(probe);
}
rmSync(probe, { recursive: true });

/** A test that mounts small disks; it says why where it cannot run. */
export function testOnSmallDisk(name: string, body: () => Promise<void>): void {
  if (canMount) {
    test(name, body);
  } else {
    test.skip(`${name} (skipped because this user may not mount a file system)`, body);
  }
}
