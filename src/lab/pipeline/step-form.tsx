import { Dialog, showDialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { TranslationProvider, useTrans } from '../elements/translation';
import { invalidFields, type IStepForm, type StepField } from './step-settings';

export interface IStepFormOptions {
  form: IStepForm;
  /** Whether the step's name can be written into its cells. */
  canBeNamed: boolean;
  trans: TranslationBundle;
}

/** Asks for a step's settings until they are right; null where the user cancels. */
export async function askStep(options: IStepFormOptions): Promise<IStepForm | null> {
  const { trans, canBeNamed } = options;
  let { form } = options;
  const title = trans.__('Step %1', form.name);
  for (;;) {
    const body = new StepForm({ form, canBeNamed, trans });
    const { button } = await showDialog({
      title,
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Write into the notebook') })
      ]
    });
    form = body.getValue();
    if (!button.accept) {
      return null;
    }
    if (invalidFields(form).length === 0) {
      return form;
    }
  }
}

class StepForm extends ReactWidget {
  constructor(private readonly _options: IStepFormOptions) {
    super();
    this._form = _options.form;
  }

  getValue(): IStepForm {
    return this._form;
  }

  protected render(): React.ReactElement {
    return (
      <TranslationProvider value={this._options.trans}>
        <StepFields
          form={this._form}
          canBeNamed={this._options.canBeNamed}
          onChange={form => {
            this._form = form;
            this.update();
          }}
        />
      </TranslationProvider>
    );
  }

  private _form: IStepForm;
}

/** The fields, with what is wrong beside each. */
export function StepFields(props: {
  form: IStepForm;
  canBeNamed: boolean;
  onChange(form: IStepForm): void;
}): React.ReactElement {
  const trans = useTrans();
  const base = React.useId();
  const { form, onChange } = props;
  const invalid = invalidFields(form);
  const fields: [field: StepField, label: string, hint: string][] = [
    ['name', trans.__('Name'), ''],
    ['image', trans.__('Image'), trans.__('by digest; that of the engine if empty')],
    ['cpu', trans.__('CPU'), trans.__('such as 500m or 2')],
    ['memory', trans.__('Memory'), trans.__('such as 512Mi or 4Gi')],
    ['retries', trans.__('Retries'), trans.__('0 to 10')],
    ['timeoutSeconds', trans.__('Time limit'), trans.__('seconds; none if empty')]
  ];
  return (
    <div className="jp-mlops-StepForm">
      {fields.map(([field, label, hint]) => (
        <div key={field} className="jp-mlops-Field">
          <label htmlFor={`${base}-${field}`}>{label}</label>
          <input
            id={`${base}-${field}`}
            type="text"
            spellCheck={false}
            value={form[field]}
            placeholder={hint}
            disabled={field === 'name' && !props.canBeNamed}
            aria-invalid={invalid.includes(field)}
            aria-describedby={
              invalid.includes(field) ? `${base}-${field}-error` : undefined
            }
            onChange={event => onChange({ ...form, [field]: event.target.value })}
          />
          {invalid.includes(field) && (
            <span id={`${base}-${field}-error`} className="jp-mlops-Field-error">
              {hint ? trans.__('Expected: %1.', hint) : trans.__('A name is needed.')}
            </span>
          )}
        </div>
      ))}
      <div className="jp-mlops-Field">
        <label htmlFor={`${base}-cache`}>{trans.__('Earlier result')}</label>
        <select
          id={`${base}-cache`}
          value={form.cache}
          onChange={event => {
            const cache = event.target.value;
            onChange({
              ...form,
              cache: cache === 'reuse' || cache === 'run-again' ? cache : 'automatic'
            });
          }}
        >
          <option value="automatic">
            {trans.__('taken where the code allows it')}
          </option>
          <option value="reuse">{trans.__('taken where nothing has changed')}</option>
          <option value="run-again">{trans.__('never taken: run every time')}</option>
        </select>
      </div>
      <p className="jp-mlops-Small">
        {props.canBeNamed
          ? trans.__(
              'Written into the metadata of the step’s cell; save the notebook to keep it. A name makes all steps explicit.'
            )
          : trans.__(
              'Written into the metadata of the step’s cell; save the notebook to keep it. Its cells are not one row: it cannot be named.'
            )}
      </p>
    </div>
  );
}
