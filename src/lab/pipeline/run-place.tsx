import * as React from 'react';

import type { Engine } from '../../contract/engine';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import type { IEnginePlaces } from './engine-choice';

interface IProps {
  isConnected: boolean;
  engines: IEnginePlaces | null;
  onEngine(engine: Engine): void;
}

/** Where the next run goes; a choice where the project names a cluster. */
export function RunPlace(props: IProps): React.ReactElement {
  const trans = useTrans();
  const { isConnected, engines, onEngine } = props;
  if (!isConnected) {
    return (
      <span className="jp-mlops-Small">
        {trans.__('Steps still work: they need no gateway.')}
      </span>
    );
  }
  if (!engines) {
    return <span className="jp-mlops-Small">{trans.__('on this computer')}</span>;
  }
  const { chosen, places, hindrance } = engines;
  const label = places.find(({ engine }) => engine === chosen)?.label;
  return (
    <>
      <select
        className="jp-mlops-RunPlace"
        aria-label={trans.__('Where the next run goes')}
        title={trans.__('The next run goes to: %1', label)}
        value={chosen}
        onChange={event => {
          const picked = places.find(({ engine }) => engine === event.target.value);
          if (picked) {
            onEngine(picked.engine);
          }
        }}
      >
        {places.map(({ engine, label: name }) => (
          <option key={engine} value={engine}>
            {name}
          </option>
        ))}
      </select>
      {hindrance !== null && (
        <span className="jp-mlops-Small jp-mlops-RunPlace-hindrance" role="status">
          <State kind="warning" label={hindrance} />
        </span>
      )}
    </>
  );
}
