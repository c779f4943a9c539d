import * as React from 'react';

import type { ModelVersion } from '../../contract/model';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Link } from '../elements/button';
import { Digest } from '../elements/digest';
import { exactTime, fileName } from '../elements/format';
import { Note } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';

/** Where a version comes from and where it is: data → commit → run → version → environments. */
export function LineageChain(props: {
  version: ModelVersion;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { version, act } = props;
  const { lineage } = version;
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Lineage')}>
      <h2>{trans.__('Lineage of v%1', version.version)}</h2>
      <ol className="jp-mlops-Chain">
        <Stage name={trans.__('Data')}>
          {Object.entries(lineage.data).map(([file, digest]) => (
            <div key={file} title={file}>
              {fileName(file)} <Digest value={digest} />
            </div>
          ))}
          {Object.keys(lineage.data).length === 0 && trans.__('no file was seen')}
        </Stage>
        <Stage name={trans.__('Commit')}>
          {lineage.source ? (
            <>
              <Digest value={lineage.source.commit} /> {lineage.source.branch}
              {lineage.source.dirtyDigest && (
                <div>{trans.__('with uncommitted changes')}</div>
              )}
            </>
          ) : (
            trans.__('not under Git')
          )}
        </Stage>
        <Stage name={trans.__('Run')}>
          {lineage.run ? (
            <Link
              label={trans.__('Run %1', lineage.runNumber)}
              onClick={() => act(CommandIDs.openRun, { run: lineage.run })}
            />
          ) : (
            trans.__('live kernel: not reproducible')
          )}
          <div title={lineage.notebook}>{fileName(lineage.notebook)}</div>
        </Stage>
        <Stage name={trans.__('Version')}>
          <strong>{`${version.model} v${version.version}`}</strong>{' '}
          <Digest value={version.digest} />
          <div title={exactTime(version.createdAt)}>
            {trans.__('by %1', version.actor.name)}
          </div>
        </Stage>
        {version.image && (
          <Stage name={trans.__('Model image')}>
            <Digest value={version.image} />
          </Stage>
        )}
        <Stage name={trans.__('Environments')}>
          {version.environments.length === 0 && trans.__('nowhere')}
          {version.environments.map(environment => (
            <div key={environment}>
              <Link
                label={environment}
                onClick={() => act(CommandIDs.openEnvironments)}
              />{' '}
              <Link
                label={trans.__('drift report')}
                onClick={() =>
                  act(CommandIDs.openDriftReport, {
                    environment,
                    model: version.model
                  })
                }
              />
            </div>
          ))}
        </Stage>
        {lineage.alert && (
          <Stage name={trans.__('Cause')}>{trans.__('retrained after an alert')}</Stage>
        )}
      </ol>
      {version.evidence.map(evidence => (
        <div key={`${evidence.kind} ${evidence.at}`} className="jp-mlops-Evidence">
          <State
            kind={
              { passed: 'passed', failed: 'failed', noted: 'warning' }[
                evidence.result
              ] as 'passed' | 'failed' | 'warning'
            }
            label={evidence.kind}
          />{' '}
          {evidence.summary}
        </div>
      ))}
      {version.missing.length > 0 && (
        <Note kind="warning" title={trans.__('Could not be found:')}>
          {version.missing.join(' ')}
        </Note>
      )}
    </section>
  );
}

function Stage(props: { name: string; children: React.ReactNode }): React.ReactElement {
  return (
    <li>
      <span className="jp-mlops-Small">{props.name}</span>
      <div>{props.children}</div>
    </li>
  );
}
