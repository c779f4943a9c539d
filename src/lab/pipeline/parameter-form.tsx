import * as React from 'react';

import type { Parameter, Pipeline } from '../../contract/pipeline';
import { Link } from '../elements/button';
import { valueText } from '../elements/format';
import { useTrans } from '../elements/translation';
import type { ParsedParameter } from './parameter-text';

export interface IParameterFormProps {
  pipeline: Pipeline | null;
  draft(name: string): string;
  parsed(name: string): ParsedParameter;
  /** Parameters whose value is not the notebook's own. */
  changedParameters: Readonly<Record<string, unknown>>;
  onDraft(name: string, text: string): void;
  onReset(name: string): void;
}

/** Longer names stand above their field. */
const BESIDE = 11;

/** The values of the next run; the notebook itself is not changed. */
export function ParameterForm(props: IParameterFormProps): React.ReactElement {
  const base = React.useId();
  return (
    <>
      {props.pipeline?.parameters.map(parameter => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          id={`${base}-${parameter.name}`}
          {...props}
        />
      ))}
    </>
  );
}

type IFieldProps = IParameterFormProps & { parameter: Parameter; id: string };

function ParameterField(props: IFieldProps): React.ReactElement {
  const trans = useTrans();
  const { parameter, id } = props;
  const { name } = parameter;
  const parsed = props.parsed(name);
  const isChanged = name in props.changedParameters;
  return (
    <div
      className={`jp-mlops-Field${name.length > BESIDE ? ' jp-mlops-mod-above' : ''}`}
    >
      <label htmlFor={id} title={name}>
        {name}
      </label>
      {parameter.type === 'bool' ? <Checkbox {...props} /> : <TextField {...props} />}
      {!parsed.ok && (
        <span id={`${id}-error`} className="jp-mlops-Field-error">
          {trans.__('This is not a value of type %1.', parsed.expected)}
        </span>
      )}
      {isChanged && (
        <span id={`${id}-changed`} className="jp-mlops-Field-changed">
          <span className="jp-mlops-Cut" title={valueText(parameter.default)}>
            {trans.__('changed from %1', valueText(parameter.default))}
          </span>
          <Link
            label={trans.__('Reset')}
            title={trans.__('Take the value of the notebook for %1', name)}
            onClick={() => props.onReset(name)}
          />
        </span>
      )}
    </div>
  );
}

function TextField(props: IFieldProps): React.ReactElement {
  const { id } = props;
  const { name } = props.parameter;
  const { ok } = props.parsed(name);
  const about = !ok
    ? `${id}-error`
    : name in props.changedParameters
      ? `${id}-changed`
      : undefined;
  return (
    <input
      id={id}
      type="text"
      spellCheck={false}
      value={props.draft(name)}
      aria-invalid={!ok}
      aria-describedby={about}
      onChange={event => props.onDraft(name, event.target.value)}
    />
  );
}

function Checkbox(props: IFieldProps): React.ReactElement {
  const { name } = props.parameter;
  const parsed = props.parsed(name);
  return (
    <input
      id={props.id}
      type="checkbox"
      checked={parsed.ok && parsed.value === true}
      aria-describedby={
        name in props.changedParameters ? `${props.id}-changed` : undefined
      }
      onChange={event => props.onDraft(name, valueText(event.target.checked))}
    />
  );
}
