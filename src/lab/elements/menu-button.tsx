import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import * as React from 'react';

import { Button } from './button';
import { moreIcon } from './icons';

export interface IMenuItem {
  label: string;
  onSelect(): void;
  disabled?: boolean;
  /** Said on hovering, such as why it is disabled. */
  title?: string;
}

/** A button "•••" with what is done less often, in a menu like all of JupyterLab's. */
export function MenuButton(props: {
  label: string;
  items: readonly IMenuItem[];
}): React.ReactElement {
  const anchor = React.useRef<HTMLSpanElement>(null);
  const open = (): void => {
    const { left, bottom } = anchor.current?.getBoundingClientRect() ?? new DOMRect();
    menuOf(props.items).open(left, bottom);
  };
  return (
    <span ref={anchor} className="jp-mlops-MenuButton">
      <Button kind="flat" iconOnly icon={moreIcon} label={props.label} onClick={open} />
    </span>
  );
}

/** A registry of its own: the items mean something only while the menu is open. */
function menuOf(items: readonly IMenuItem[]): Menu {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  items.forEach((item, index) => {
    const command = String(index);
    commands.addCommand(command, {
      label: item.label,
      caption: item.title ?? '',
      isEnabled: () => !item.disabled,
      execute: item.onSelect
    });
    menu.addItem({ command });
  });
  menu.aboutToClose.connect(() => {
    // The chosen item is executed after the menu has closed.
    setTimeout(() => menu.dispose());
  });
  return menu;
}
