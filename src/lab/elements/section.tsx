import * as React from 'react';

import { closedIcon, openIcon } from './icons';
import { useOpenSection } from './open-sections';
import { State } from './state';

export interface ISectionProps {
  title: string;
  /** Beside the title: a count, or how fresh the section is. */
  remark?: string;
  /** The remark is a lack: its section has nothing to show. */
  lacking?: boolean;
  /** Buttons at the right end of the title. */
  actions?: React.ReactNode;
  children: React.ReactNode;
}

/** A section of the panel that opens and closes. */
export function Section(props: ISectionProps): React.ReactElement {
  const [isOpen, setOpen] = useOpenSection(props.title);
  const body = React.useId();
  const open = isOpen && !props.lacking;
  const Arrow = open ? openIcon : closedIcon;
  return (
    <section className="jp-mlops-Section" aria-label={props.title}>
      <div className="jp-mlops-Section-head">
        <h3 className="jp-mlops-Section-title">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={body}
            disabled={props.lacking}
            onClick={() => setOpen(!isOpen)}
          >
            <Arrow.react tag="span" className="jp-mlops-Icon" aria-hidden="true" />
            <span>{props.title}</span>
          </button>
        </h3>
        {props.remark && (
          <span className="jp-mlops-Section-remark">
            {props.lacking ? (
              <State kind="nothing" label={props.remark} />
            ) : (
              <span className="jp-mlops-Cut" title={props.remark}>
                {props.remark}
              </span>
            )}
          </span>
        )}
        {props.actions}
      </div>
      <div id={body} className="jp-mlops-Section-body" hidden={!open}>
        {open && props.children}
      </div>
    </section>
  );
}

export interface IEmptyProps {
  /** One sentence: what will appear here. */
  text: string;
  /** What fills the section. */
  children?: React.ReactNode;
}

export function Empty({ text, children }: IEmptyProps): React.ReactElement {
  return (
    <div className="jp-mlops-Empty">
      <p>{text}</p>
      {children && <div className="jp-mlops-Empty-actions">{children}</div>}
    </div>
  );
}
