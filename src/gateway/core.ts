import type { Logger } from 'pino';

import type { EventBus } from './events';
import type { LaunchContext } from './launch-context';
import type { AuditLog } from './store/audit-log';
import type { DataHome } from './store/data-home';
import type { Database } from './store/database';

/** What every stage of the gateway builds upon. */
export interface ICore {
  context: LaunchContext;
  home: DataHome;
  database: Database;
  audit: AuditLog;
  events: EventBus;
  log: Logger;
}
