import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

export interface IButtonProps {
  label: string;
  onClick(event: React.MouseEvent<HTMLElement>): void;
  icon?: LabIcon;
  /** One primary button a panel: the next step. */
  kind?: 'plain' | 'primary' | 'flat';
  /** Shows the icon alone; the label remains its accessible name. */
  iconOnly?: boolean;
  /** Said beside the label, such as why the button is disabled. */
  title?: string;
  disabled?: boolean;
  expanded?: boolean;
  /** Opens a menu. */
  hasMenu?: boolean;
}

export function Button(props: IButtonProps): React.ReactElement {
  const { label, icon, kind = 'plain', iconOnly = false, disabled = false } = props;
  return (
    <button
      type="button"
      className={`jp-mlops-Button jp-mlops-mod-${kind}${iconOnly ? ' jp-mlops-mod-iconOnly' : ''}`}
      title={props.title ?? (iconOnly ? label : undefined)}
      aria-label={iconOnly ? label : undefined}
      aria-expanded={props.expanded}
      aria-haspopup={props.hasMenu ? 'menu' : undefined}
      disabled={disabled}
      onClick={props.onClick}
    >
      {icon && <icon.react tag="span" className="jp-mlops-Icon" aria-hidden="true" />}
      {!iconOnly && <span>{label}</span>}
    </button>
  );
}

export interface ILinkProps {
  label: string;
  onClick(): void;
  title?: string;
  code?: boolean;
}

/** Leads to another view. */
export function Link({ label, onClick, title, code }: ILinkProps): React.ReactElement {
  return (
    <button
      type="button"
      className={`jp-mlops-Link${code ? ' jp-mlops-mod-code' : ''}`}
      title={title}
      onClick={onClick}
    >
      {label}
    </button>
  );
}
