import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Evidence, ModelVersion } from '../../contract/model';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Link } from '../elements/button';
import { Digest } from '../elements/digest';
import { exactTime, fileName } from '../elements/format';
import { Note } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { serverPath } from '../runs/server-path';
import { trainedOn } from './version-text';

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
            <div key={file}>
              <FileLink path={absolute(file, lineage.notebook)} act={act} />{' '}
              <Digest value={digest} />
            </div>
          ))}
          {trainedOn(version, trans) && <div>{trainedOn(version, trans)}</div>}
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
          <div>
            <FileLink path={lineage.notebook} act={act} />
          </div>
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
          <Stage name={trans.__('Cause')}>
            <Link
              label={trans.__('retrained after an alert')}
              onClick={() => act(CommandIDs.openDriftReport, { model: version.model })}
            />
          </Stage>
        )}
      </ol>
      {version.evidence.map(evidence => (
        <div key={`${evidence.kind} ${evidence.at}`} className="jp-mlops-Evidence">
          <State
            kind={EVIDENCE[evidence.result]}
            label={evidenceName(evidence, trans)}
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

const EVIDENCE = { passed: 'passed', failed: 'failed', noted: 'warning' } as const;

function evidenceName({ kind }: Evidence, trans: TranslationBundle): string {
  return kind === 'model-test'
    ? trans.__('Tested in a model server:')
    : trans.__('%1:', kind.replaceAll('-', ' '));
}

/** A file that this server can open; its name alone where it lies elsewhere. */
function FileLink({ path, act }: { path: string; act: Act }): React.ReactElement {
  const local = serverPath(path);
  const name = fileName(path);
  return local === null ? (
    <span title={path}>{name}</span>
  ) : (
    <Link
      label={name}
      title={path}
      onClick={() => act('docmanager:open', { path: local })}
    />
  );
}

/** Data files are named as the notebook names them: from its folder. */
function absolute(file: string, notebook: string): string {
  return file.startsWith('/') ? file : notebook.replace(/[^/]*$/, file);
}

function Stage(props: { name: string; children: React.ReactNode }): React.ReactElement {
  return (
    <li>
      <span className="jp-mlops-Small">{props.name}</span>
      <div>{props.children}</div>
    </li>
  );
}
