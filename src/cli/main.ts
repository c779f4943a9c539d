import { EXIT } from './command';
import { createProgram } from './program';

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    const code = error instanceof Error && 'exitCode' in error ? error.exitCode : 1;
    // commander has printed help, version or the usage error already.
    process.exitCode = code === 0 ? EXIT.done : EXIT.refused;
  });
