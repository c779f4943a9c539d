import * as React from 'react';

import type { ApiError } from '../../contract/error';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { retryIcon } from '../elements/icons';
import { ApiErrorNote, type INoteProps } from '../elements/problem-note';
import { useTrans } from '../elements/translation';
import { changedIdentity } from './changed-identity';

/** Why nothing can be done on the cluster, and the way out. */
export function ClusterNote(props: {
  problem: ApiError;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { problem, act } = props;
  const changed = changedIdentity(problem);
  return (
    <ApiErrorNote
      kind={kindOf(problem)}
      error={problem}
      actions={
        <>
          {changed && (
            <Button
              label={trans.__('Act as %1…', changed.now.user)}
              title={trans.__(
                'Asks once more before anything is done as %1',
                changed.now.user
              )}
              onClick={() => act(CommandIDs.acceptIdentity)}
            />
          )}
          <Button
            icon={retryIcon}
            label={trans.__('Check again')}
            onClick={() => act(CommandIDs.checkCluster)}
          />
        </>
      }
    />
  );
}

/** Looks of those that a person, not a repair, brings in order. */
function kindOf({ code }: ApiError): INoteProps['kind'] {
  switch (code) {
    case 'cluster-session-expired':
      return 'signed-out';
    case 'cluster-identity-changed':
      return 'warning';
    default:
      return 'failed';
  }
}
