import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ClusterStatus } from '../../contract/cluster';
import type { ApiError } from '../../contract/error';
import { ClusterDetails } from '../cluster/cluster-details';
import { ClusterNote } from '../cluster/cluster-note';
import { ClusterPlace } from '../cluster/cluster-place';
import type { Connection } from '../gateway/connection';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { moreIcon } from '../elements/icons';
import { State, type StateKind } from '../elements/state';
import { useTrans } from '../elements/translation';
import { ConnectionNote } from './connection-note';

export interface IHeaderProps {
  connection: Connection;
  place: string | null;
  user: string | null;
  /** Of the project in front; null where it names no cluster. */
  cluster: ClusterStatus | null;
  /** Why it cannot be told which cluster the project names. */
  clusterError: ApiError | null;
  act: Act;
  onMenu(anchor: HTMLElement): void;
}

/** Where we are, how the gateway is doing, and the menu. */
export function Header(props: IHeaderProps): React.ReactElement {
  const trans = useTrans();
  const menu = React.useRef<HTMLSpanElement>(null);
  const { kind, label } = stateOf(props.connection, trans);
  const place = placeOf(props, trans);
  const { cluster, clusterError, act } = props;
  const [isOpen, setOpen] = React.useState(false);
  const details = React.useId();
  const problem = cluster?.problem ?? clusterError;
  return (
    <>
      <div className="jp-mlops-Header">
        {cluster ? (
          <ClusterPlace
            cluster={cluster}
            isOpen={isOpen}
            controls={details}
            onToggle={() => setOpen(!isOpen)}
          />
        ) : (
          <strong
            className="jp-mlops-Cut"
            title={props.user ? trans.__('%1, as %2', place, props.user) : place}
          >
            {place}
          </strong>
        )}
        <span className="jp-mlops-Header-state" role="status">
          <State
            kind={kind}
            label={label}
            iconOnly={cluster !== null && kind === 'passed'}
          />
        </span>
        <span ref={menu}>
          <Button
            kind="flat"
            iconOnly
            icon={moreIcon}
            label={trans.__('MLOps menu')}
            onClick={() => menu.current && props.onMenu(menu.current)}
          />
        </span>
      </div>
      <ConnectionNote connection={props.connection} act={act} />
      {problem && <ClusterNote problem={problem} act={act} />}
      {cluster && (
        <div id={details} hidden={!isOpen}>
          {isOpen && <ClusterDetails cluster={cluster} />}
        </div>
      )}
    </>
  );
}

function placeOf({ place }: IHeaderProps, trans: TranslationBundle): string {
  return !place || place === 'this computer' ? trans.__('This computer') : place;
}

function stateOf(
  connection: Connection,
  trans: TranslationBundle
): { kind: StateKind; label: string } {
  switch (connection.kind) {
    case 'ready':
      return { kind: 'passed', label: trans.__('Ready') };
    case 'starting':
      return { kind: 'running', label: trans.__('Starting') };
    case 'stopped':
      return { kind: 'nothing', label: trans.__('Not started') };
    case 'failed':
    case 'not-installed':
      return { kind: 'failed', label: trans.__('Not running') };
    case 'signed-out':
      return { kind: 'signed-out', label: trans.__('Signed out') };
    case 'not-allowed':
      return { kind: 'failed', label: trans.__('Not allowed') };
    case 'unreachable':
      return { kind: 'failed', label: trans.__('No answer') };
    case 'unknown':
      return { kind: 'waiting', label: trans.__('Looking…') };
  }
}
