import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  failedIcon,
  nothingIcon,
  passedIcon,
  runningIcon,
  signedOutIcon,
  stoppedIcon,
  waitingIcon,
  warningIcon
} from './icons';

/** How something is doing. Colour is state: only the icon is tinted, and its shape says the same. */
export type StateKind =
  | 'passed'
  | 'failed'
  | 'warning'
  | 'running'
  | 'waiting'
  | 'nothing'
  | 'stopped'
  | 'signed-out';

const ICONS: Record<StateKind, LabIcon> = {
  passed: passedIcon,
  failed: failedIcon,
  warning: warningIcon,
  running: runningIcon,
  waiting: waitingIcon,
  nothing: nothingIcon,
  stopped: stoppedIcon,
  'signed-out': signedOutIcon
};

export interface IStateProps {
  kind: StateKind;
  label: string;
  /** The word is for screen readers and the tooltip only. */
  iconOnly?: boolean;
  title?: string;
}

export function State({
  kind,
  label,
  iconOnly,
  title
}: IStateProps): React.ReactElement {
  const Icon = ICONS[kind];
  return (
    <span className={`jp-mlops-State jp-mlops-mod-${kind}`} title={title ?? label}>
      <Icon.react tag="span" className="jp-mlops-Icon" aria-hidden="true" />
      <span className={iconOnly ? 'jp-mlops-Hidden' : 'jp-mlops-State-label'}>
        {label}
      </span>
    </span>
  );
}
