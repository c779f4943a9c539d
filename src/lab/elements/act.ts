import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** What a component does when its user presses something: a command of the palette, with arguments. */
export type Act = (command: string, args?: ReadonlyPartialJSONObject) => void;

export function actor(commands: CommandRegistry): Act {
  return (command, args) => {
    commands.execute(command, args).catch(() => {
      // The command has told the user already: see notify.ts.
    });
  };
}
