import * as React from 'react';

import type { CompileFormat } from '../../contract/compiled';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { fileName } from '../elements/format';
import { copyIcon, retryIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { useTrans } from '../elements/translation';
import type { CompiledModel } from './compiled-model';
import { ProblemList } from './problem-list';

const FORMATS: readonly CompileFormat[] = ['tekton', 'kfp'];

/** What stands above the YAML: what it is for, and what speaks against it. */
export function CompiledHead(props: {
  model: CompiledModel;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { model, act } = props;
  const names = { tekton: 'Tekton', kfp: 'Kubeflow Pipelines' };
  const disabled = model.yaml === null;
  return (
    <>
      <header className="jp-mlops-View-head">
        <div className="jp-mlops-View-title">
          <h1>{fileName(model.path)}</h1>
          <select
            className="jp-mlops-Compiled-field"
            aria-label={trans.__('Compile for')}
            value={model.format}
            onChange={event =>
              void model.choose({ format: event.target.value as CompileFormat })
            }
          >
            {FORMATS.map(format => (
              <option key={format} value={format}>
                {names[format]}
              </option>
            ))}
          </select>
          <span className="jp-mlops-View-actions">
            <Button
              icon={retryIcon}
              label={trans.__('Refresh')}
              title={trans.__('Compile the notebook as it is now')}
              disabled={model.isBusy}
              onClick={() => void model.refresh()}
            />
            <Button
              icon={copyIcon}
              label={trans.__('Copy')}
              disabled={disabled}
              onClick={() => act(CommandIDs.copyCompiled)}
            />
            <Button
              kind="primary"
              label={trans.__('Save…')}
              title={trans.__('Save it as %1', model.proposedPath)}
              disabled={disabled}
              onClick={() => act(CommandIDs.saveCompiled)}
            />
          </span>
        </div>
        <ImageField key={model.image} model={model} />
        <p className="jp-mlops-Small" role="status">
          {model.isBusy ? trans.__('Compiling…') : remark(model, trans)}
        </p>
      </header>
      {model.error && <ErrorNote error={model.error} />}
      <ProblemList
        diagnostics={model.diagnostics}
        onReveal={cell => act(CommandIDs.revealCell, { cell, path: model.path })}
      />
    </>
  );
}

function remark({ yaml }: CompiledModel, trans: ReturnType<typeof useTrans>): string {
  return yaml === null
    ? trans.__('There is no YAML yet.')
    : trans._n(
        '%1 KiB in %2 line. It cannot be edited here.',
        '%1 KiB in %2 lines. It cannot be edited here.',
        Math.ceil(yaml.length / 1024),
        yaml.trimEnd().split('\n').length
      );
}

/** Takes effect on Enter and when it is left. */
function ImageField({ model }: { model: CompiledModel }): React.ReactElement {
  const trans = useTrans();
  const [text, setText] = React.useState(model.image);
  const take = (): void => void model.choose({ image: text.trim() });
  return (
    <label className="jp-mlops-Compiled-image">
      {trans.__('Image of the steps')}
      <input
        className="jp-mlops-Compiled-field"
        type="text"
        spellCheck={false}
        placeholder="registry.example/ml/python@sha256:…"
        value={text}
        onChange={event => setText(event.target.value)}
        onBlur={take}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            take();
          }
        }}
      />
    </label>
  );
}
