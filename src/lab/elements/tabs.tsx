import * as React from 'react';

export interface ITab {
  id: string;
  label: string;
  render(): React.ReactNode;
}

/** Tabs by the ARIA pattern: arrow keys move between them. */
export function Tabs(props: {
  label: string;
  tabs: readonly ITab[];
  selected: string;
  onSelect(id: string): void;
  /** At the right end of the row. */
  aside?: React.ReactNode;
}): React.ReactElement {
  const base = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const index = Math.max(
    0,
    props.tabs.findIndex(tab => tab.id === props.selected)
  );
  const move = (event: React.KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) {
      return;
    }
    const next = (index + step + props.tabs.length) % props.tabs.length;
    props.onSelect(props.tabs[next].id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <div className="jp-mlops-Tabs">
      <div className="jp-mlops-Tabs-row">
        <div role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
          {props.tabs.map((tab, position) => (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${base}-${tab.id}`}
              aria-selected={position === index}
              aria-controls={`${base}-panel`}
              tabIndex={position === index ? 0 : -1}
              onClick={() => props.onSelect(tab.id)}
            >
              {tab.label}
            </button>
          ))}
        </div>
        {props.aside}
      </div>
      <div
        role="tabpanel"
        id={`${base}-panel`}
        className="jp-mlops-Tabs-panel"
        aria-labelledby={`${base}-${props.tabs[index].id}`}
        tabIndex={0}
      >
        {props.tabs[index].render()}
      </div>
    </div>
  );
}
