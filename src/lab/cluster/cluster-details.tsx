import * as React from 'react';

import type { ClusterIdentity, ClusterStatus } from '../../contract/cluster';
import type { AdapterStatus } from '../../contract/status';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { adapterState } from './cluster-text';

/** As whom, where, and what each adapter finds there: what `jupyter mlops doctor` says. */
export function ClusterDetails({
  cluster
}: {
  cluster: ClusterStatus;
}): React.ReactElement {
  const trans = useTrans();
  const { identity, adapters } = cluster;
  return (
    <div
      className="jp-mlops-ClusterDetails"
      role="group"
      aria-label={trans.__('The cluster')}
    >
      {identity ? (
        <Identity identity={identity} version={cluster.version} />
      ) : (
        <p className="jp-mlops-Quiet">
          {trans.__('Nobody acts there at present: the note above says why.')}
        </p>
      )}
      {adapters.length > 0 && (
        <ul className="jp-mlops-List" aria-label={trans.__('What is ready there')}>
          {adapters.map(adapter => (
            <Adapter key={`${adapter.stage} ${adapter.adapter}`} adapter={adapter} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Identity(props: {
  identity: ClusterIdentity;
  version: string | null;
}): React.ReactElement {
  const trans = useTrans();
  const { user, proven, namespace, cluster, server, context } = props.identity;
  const rows: [string, string][] = [
    [
      trans.__('User'),
      proven
        ? trans.__('%1, says the cluster', user)
        : trans.__('%1, read from the credential: the cluster could not be asked', user)
    ],
    [trans.__('Namespace'), namespace],
    [
      trans.__('Cluster'),
      props.version === null ? cluster : trans.__('%1, %2', cluster, props.version)
    ],
    [trans.__('Address'), server],
    [
      trans.__('Chosen by'),
      context === null
        ? trans.__('the service account of the pod')
        : trans.__('context %1 in mlops.yaml', context)
    ]
  ];
  return (
    <dl>
      {rows.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

function Adapter({ adapter }: { adapter: AdapterStatus }): React.ReactElement {
  const trans = useTrans();
  return (
    <li>
      <span className="jp-mlops-Row-line">
        <strong>{adapter.adapter}</strong>
        <span className="jp-mlops-Quiet">{adapter.stage}</span>
        <span className="jp-mlops-Row-right">
          <State {...adapterState(adapter, trans)} title={adapter.detail} />
        </span>
      </span>
      <span className="jp-mlops-Small">{adapter.detail}</span>
    </li>
  );
}
