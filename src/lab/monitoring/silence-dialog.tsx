import { Dialog, showDialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Alert } from '../../contract/monitor';
import { TranslationProvider, useTrans } from '../elements/translation';
import { alertTitle } from './monitor-text';

export interface ISilence {
  reason: string;
  hours: number;
}

/** Hours that can be chosen; the gateway takes at most 30 days. */
const DURATIONS = [1, 8, 24, 168, 720];
const USUAL = 24;

/** Asks why and for how long an alert should be silent; null where the user cancels. */
export async function askSilence(
  alert: Alert,
  trans: TranslationBundle
): Promise<ISilence | null> {
  const body = new SilenceBody(alert, trans);
  const { button, value } = await showDialog({
    title: trans.__('Silence "%1"', alertTitle(alert, trans)),
    body,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Silence'), accept: true })
    ],
    focusNodeSelector: 'textarea'
  });
  return button.accept ? (value ?? null) : null;
}

class SilenceBody extends ReactWidget implements Dialog.IBodyWidget<ISilence> {
  constructor(alert: Alert, trans: TranslationBundle) {
    super();
    this._alert = alert;
    this._trans = trans;
  }

  getValue(): ISilence {
    return { ...this._value, reason: this._value.reason.trim() };
  }

  protected render(): React.ReactElement {
    return (
      <TranslationProvider value={this._trans}>
        <SilenceForm
          summary={this._alert.summary}
          onChange={part => {
            this._value = { ...this._value, ...part };
          }}
        />
      </TranslationProvider>
    );
  }

  private readonly _alert: Alert;
  private readonly _trans: TranslationBundle;
  private _value: ISilence = { reason: '', hours: USUAL };
}

export function SilenceForm(props: {
  summary: string;
  onChange(part: Partial<ISilence>): void;
}): React.ReactElement {
  const trans = useTrans();
  const base = React.useId();
  return (
    <div className="jp-mlops-Silence">
      <p>{props.summary}</p>
      <label htmlFor={`${base}-hours`}>{trans.__('For')}</label>
      <select
        id={`${base}-hours`}
        defaultValue={USUAL}
        onChange={event => props.onChange({ hours: Number(event.target.value) })}
      >
        {DURATIONS.map(hours => (
          <option key={hours} value={hours}>
            {hours < 48
              ? trans._n('%1 hour', '%1 hours', hours)
              : trans._n('%1 day', '%1 days', hours / 24)}
          </option>
        ))}
      </select>
      <label htmlFor={`${base}-reason`}>
        {trans.__('Reason, for those who ask later')}
      </label>
      <textarea
        id={`${base}-reason`}
        rows={2}
        maxLength={2000}
        required
        onChange={event => props.onChange({ reason: event.target.value })}
      />
    </div>
  );
}
