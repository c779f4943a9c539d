import * as React from 'react';

import type { Pipeline } from '../../contract/pipeline';
import { useTrans } from '../elements/translation';
import type { ParsedParameter } from './parameter-text';

export interface IParameterFormProps {
  pipeline: Pipeline | null;
  draft(name: string): string;
  parsed(name: string): ParsedParameter;
  hasInvalidParameter: boolean;
  onDraft(name: string, text: string): void;
}

/** The values of the next run; the notebook itself is not changed. */
export function ParameterForm(props: IParameterFormProps): React.ReactElement {
  const base = React.useId();
  return (
    <>
      {props.pipeline?.parameters.map(({ name }) => (
        <ParameterField key={name} name={name} id={`${base}-${name}`} {...props} />
      ))}
    </>
  );
}

function ParameterField(
  props: IParameterFormProps & { name: string; id: string }
): React.ReactElement {
  const trans = useTrans();
  const { name, id } = props;
  const parsed = props.parsed(name);
  return (
    <div className="jp-mlops-Field">
      <label htmlFor={id} className="jp-mlops-Cut" title={name}>
        {name}
      </label>
      <input
        id={id}
        type="text"
        spellCheck={false}
        value={props.draft(name)}
        aria-invalid={!parsed.ok}
        aria-describedby={parsed.ok ? undefined : `${id}-error`}
        onChange={event => props.onDraft(name, event.target.value)}
      />
      {!parsed.ok && (
        <span id={`${id}-error`} className="jp-mlops-Field-error">
          {trans.__('This is not a value of type %1.', parsed.expected)}
        </span>
      )}
    </div>
  );
}
