import type { IStateDB } from '@jupyterlab/statedb';
import * as React from 'react';

const KEY = 'jupyterlab-mlops:closed-sections';

/** Which sections of the panel the user has closed; kept over a reload where there is a state database. */
export class OpenSections {
  constructor(database: IStateDB | null) {
    this._database = database;
    this.loaded = this._load();
  }

  /** Resolves when what was kept is known. */
  readonly loaded: Promise<void>;

  isOpen(section: string): boolean {
    return !this._closed.has(section);
  }

  setOpen(section: string, open: boolean): void {
    if (open) {
      this._closed.delete(section);
    } else {
      this._closed.add(section);
    }
    // Only a convenience: nothing is said where it cannot be kept.
    this._database?.save(KEY, [...this._closed]).catch(() => undefined);
  }

  private async _load(): Promise<void> {
    const kept = await this._database?.fetch(KEY).catch(() => undefined);
    if (Array.isArray(kept)) {
      kept.forEach(name => typeof name === 'string' && this._closed.add(name));
    }
  }

  private readonly _database: IStateDB | null;
  private readonly _closed = new Set<string>();
}

const Sections = React.createContext<OpenSections | null>(null);

export const OpenSectionsProvider = Sections.Provider;

/** Whether a section is open, and how to change it. */
export function useOpenSection(
  section: string
): [isOpen: boolean, setOpen: (open: boolean) => void] {
  const sections = React.useContext(Sections);
  const [isOpen, setOpen] = React.useState(sections?.isOpen(section) ?? true);
  React.useEffect(() => {
    let gone = false;
    void sections?.loaded.then(() => gone || setOpen(sections.isOpen(section)));
    return () => {
      gone = true;
    };
  }, [sections, section]);
  return [
    isOpen,
    open => {
      setOpen(open);
      sections?.setOpen(section, open);
    }
  ];
}
