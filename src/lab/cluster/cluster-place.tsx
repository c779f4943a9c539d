import * as React from 'react';

import type { ClusterStatus } from '../../contract/cluster';
import { closedIcon, openIcon } from '../elements/icons';
import { useTrans } from '../elements/translation';
import { identityText } from './cluster-text';

interface IProps {
  cluster: ClusterStatus;
  isOpen: boolean;
  /** Id of what it opens. */
  controls: string;
  onToggle(): void;
}

/** As whom and where the project works on its cluster; it opens what is known about that. */
export function ClusterPlace(props: IProps): React.ReactElement {
  const trans = useTrans();
  const { cluster, isOpen } = props;
  const { identity } = cluster;
  const text = identity
    ? identityText(identity, trans)
    : trans.__('No access to the cluster');
  const Arrow = isOpen ? openIcon : closedIcon;
  return (
    <button
      type="button"
      className="jp-mlops-ClusterPlace"
      aria-expanded={isOpen}
      aria-controls={props.controls}
      title={trans.__('%1: what is ready there', text)}
      onClick={props.onToggle}
    >
      <strong className="jp-mlops-Cut">{text}</strong>
      <Arrow.react tag="span" className="jp-mlops-Icon" aria-hidden="true" />
    </button>
  );
}
