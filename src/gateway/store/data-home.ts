import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  rmSync,
  statfsSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import { messageOf } from '../thrown';

/** `f_type` of statfs(2) for file systems that other machines may write to. */
const NETWORK_FILE_SYSTEMS = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x01021997, // 9P
  0x47504653, // GPFS
  0x0bd00bd0, // Lustre
  0x00c36400, // Ceph
  0x65735546 // FUSE: may be sshfs or a bucket
]);

/** Paths below the data home. Made once, readable by its owner only. */
export class DataHome {
  readonly path: string;
  readonly onNetwork: boolean;

  /** @throws MlopsError `home-not-writable` with the reason. */
  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
      const probe = join(path, `.probe-${randomUUID()}`);
      writeFileSync(probe, '');
      rmSync(probe);
      for (const folder of [this.runs, this.oci, this.serving]) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      }
    } catch (error) {
      throw new MlopsError('unavailable', {
        code: 'home-not-writable',
        message: `The data home ${path} cannot be written.`,
        cause: messageOf(error),
        action:
          'Make it writable, free some space, or set MLOPS_HOME to another folder.'
      });
    }
    this.onNetwork = NETWORK_FILE_SYSTEMS.has(statfsSync(path).type);
  }

  get database(): string {
    return join(this.path, 'mlops.db');
  }
  get runs(): string {
    return join(this.path, 'runs');
  }
  /** The model store: an OCI image layout. */
  get oci(): string {
    return join(this.path, 'oci');
  }
  get gitops(): string {
    return join(this.path, 'gitops.git');
  }
  /** What was read of Git remotes, a bare repository for each. */
  get remotes(): string {
    return join(this.path, 'remotes');
  }
  /** Serving environments and what model servers need while they run. */
  get serving(): string {
    return join(this.path, 'serving');
  }
}
