import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ModelVersion } from '../../contract/model';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button, Link } from '../elements/button';
import { Digest } from '../elements/digest';
import { exactTime, figure, shortDay } from '../elements/format';
import { MenuButton, type IMenuItem } from '../elements/menu-button';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import type { ModelViewModel } from './model-view-model';
import { metricLabel, metricNames, trainedOn, versionState } from './version-text';

/** Columns of metrics that fit. */
const METRICS = 3;

/** The class of columns that narrow views leave out. */
function widthOf(metric: number): string {
  return metric >= 2 ? ' jp-mlops-mod-wide' : '';
}

/** All versions, newest first. */
export function VersionTable(props: {
  model: ModelViewModel;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { model } = props;
  const metrics = metricNames({
    name: model.name,
    versions: [...model.versions]
  }).slice(0, METRICS);
  return (
    <div
      className="jp-mlops-Scroll"
      tabIndex={0}
      role="group"
      aria-label={trans.__('Versions')}
    >
      <table className="jp-mlops-Table">
        <thead>
          <tr>
            <th>
              <span className="jp-mlops-Hidden">{trans.__('Compare')}</span>
            </th>
            <th>{trans.__('Version')}</th>
            <th>{trans.__('State')}</th>
            {metrics.map((name, index) => (
              <th key={name} className={`jp-mlops-Number${widthOf(index)}`}>
                {metricLabel(name)}
              </th>
            ))}
            <th>{trans.__('Run')}</th>
            <th className="jp-mlops-mod-wide">{trans.__('Commit')}</th>
            <th>{trans.__('Trained on')}</th>
            <th className="jp-mlops-mod-wide">{trans.__('By')}</th>
            <th className="jp-mlops-mod-wide">{trans.__('Registered')}</th>
            <th>{trans.__('Deployed')}</th>
            <th className="jp-mlops-Table-actions">
              <span className="jp-mlops-Hidden">{trans.__('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {model.versions.map(version => (
            <VersionLine
              key={version.version}
              version={version}
              metrics={metrics}
              isSelected={model.selected.includes(version)}
              onToggle={() => model.toggle(version.version)}
              act={props.act}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VersionLine(props: {
  version: ModelVersion;
  metrics: readonly string[];
  isSelected: boolean;
  onToggle(): void;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { version, act } = props;
  const { lineage } = version;
  const state = versionState(version, trans) ?? {
    kind: 'passed' as const,
    label: trans.__('Tested')
  };
  const where = { model: version.model, version: version.version };
  return (
    <tr aria-selected={props.isSelected}>
      <td>
        <input
          type="checkbox"
          aria-label={trans.__('Compare v%1', version.version)}
          checked={props.isSelected}
          onChange={props.onToggle}
        />
      </td>
      <td>
        <strong title={version.digest}>{`v${version.version}`}</strong>
      </td>
      <td>
        <State {...state} />
      </td>
      {props.metrics.map((name, index) => (
        <td key={name} className={`jp-mlops-Number${widthOf(index)}`}>
          {version.metrics[name] === undefined ? '' : figure(version.metrics[name])}
        </td>
      ))}
      <td>
        {lineage.run ? (
          <Link
            label={String(lineage.runNumber)}
            onClick={() => act(CommandIDs.openRun, { run: lineage.run })}
          />
        ) : (
          <span title={trans.__('Registered from a live kernel: not reproducible')}>
            {trans.__('live kernel')}
          </span>
        )}
      </td>
      <td className="jp-mlops-mod-wide">
        {lineage.source ? <Digest value={lineage.source.commit} /> : trans.__('none')}
      </td>
      <td>{trainedOn(version, trans)}</td>
      <td className="jp-mlops-mod-wide">{version.actor.name}</td>
      <td className="jp-mlops-mod-wide" title={exactTime(version.createdAt)}>
        {shortDay(version.createdAt)}
      </td>
      <td>
        {version.environments.length === 0 ? (
          <span className="jp-mlops-Quiet">{trans.__('nowhere')}</span>
        ) : (
          version.environments.map(name => (
            <span key={name} className="jp-mlops-Tag">
              {name}
            </span>
          ))
        )}
      </td>
      <td className="jp-mlops-Table-actions">
        <Button
          kind="flat"
          label={trans.__('Promote…')}
          disabled={version.state !== 'ready'}
          onClick={() => act(CommandIDs.promote, where)}
        />
        <MenuButton
          label={trans.__('More about v%1', version.version)}
          items={menuItems(version, act, trans)}
        />
      </td>
    </tr>
  );
}

function menuItems(
  version: ModelVersion,
  act: Act,
  trans: TranslationBundle
): IMenuItem[] {
  const where = { model: version.model, version: version.version };
  const isReleased = version.environments.length > 0;
  return [
    {
      label: trans.__('Lineage'),
      onSelect: () => act(CommandIDs.showLineage, where)
    },
    {
      label: trans.__('Test again'),
      onSelect: () => act(CommandIDs.testVersion, where)
    },
    version.state === 'archived'
      ? {
          label: trans.__('Take back'),
          title: trans.__('Take it out of the archive'),
          onSelect: () => act(CommandIDs.unarchiveVersion, where)
        }
      : {
          label: trans.__('Archive…'),
          disabled: isReleased,
          title: isReleased
            ? trans.__('It is released in %1.', version.environments.join(', '))
            : undefined,
          onSelect: () => act(CommandIDs.archiveVersion, where)
        }
  ];
}
