import { spawn } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync
} from 'node:fs';
import { devNull } from 'node:os';

/** Names the file with the process id of an API server that tests may kill. */
export const PID_FILE = 'APISERVER_PID_FILE';

/** An API server that runs as a process of this computer, and is ours to kill. */
export class ApiServer {
  constructor(private readonly _pidFile: string) {}

  /** Kills it as a crash would, and gives what starts it again as it was. */
  kill(): () => void {
    const pid = Number(readFileSync(this._pidFile, 'utf8'));
    const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replace(/\0$/, '')
      .split('\0');
    if (!/apiserver/.test(command)) {
      throw new Error(`Process ${pid} is ${command}, and no API server.`);
    }
    const output = readlinkSync(`/proc/${pid}/fd/1`);
    process.kill(pid, 'SIGKILL');
    return () => {
      // A pipe has ended with it.
      const log = openSync(output.startsWith('/') ? output : devNull, 'a');
      const child = spawn(command, args, {
        detached: true,
        stdio: ['ignore', log, log]
      });
      closeSync(log);
      child.unref();
      writeFileSync(this._pidFile, String(child.pid));
    };
  }
}
