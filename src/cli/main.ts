import { CommanderError } from 'commander';

import { MlopsError } from '../contract/mlops-error';
import { toApiError } from '../gateway/jobs/jobs';
import { EXIT } from './command';
import { createOutput } from './output';
import { createProgram } from './program';

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      // It has printed help, version or the usage error already.
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.refused;
      return;
    }
    createOutput(process.argv.includes('--json')).error(toApiError(error));
    process.exitCode = error instanceof MlopsError ? EXIT.refused : EXIT.failed;
  });
