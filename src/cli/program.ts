import { Command } from 'commander';

import { gatewayVersion } from '../gateway/launch-context';
import { addAlerts } from './alerts';
import { addCluster } from './cluster';
import { addConvert } from './convert';
import { addDoctor } from './doctor';
import { addEnvironments } from './environments';
import { addModels } from './models';
import { addMonitor } from './monitor';
import { addPromote } from './promote';
import { addPromotions } from './promotions';
import { addRegister } from './register';
import { addRetrain } from './retrain';
import { addRevert } from './revert';
import { addRun } from './run';
import { addRuns } from './runs';
import { addUp } from './up';

/** The command line: the words of the panels, for terminals and programs. */
export function createProgram(): Command {
  const program = new Command('jupyter mlops')
    .description('MLOps without leaving the notebook')
    .version(gatewayVersion())
    .showHelpAfterError('(add --help for the options)')
    // Before the commands are added: they take it over from here.
    .exitOverride();
  for (const add of [
    addConvert,
    addRun,
    addRuns,
    addRegister,
    addModels,
    addPromote,
    addPromotions,
    addRevert,
    addEnvironments,
    addMonitor,
    addAlerts,
    addRetrain,
    addCluster,
    addDoctor,
    addUp
  ]) {
    add(program);
  }
  return program;
}
