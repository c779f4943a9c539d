import { namesOnly } from './interpret';
import { isModuleFile } from './names';
import type { Names } from './names';
import { isMutable } from './shape';
import type { IShape } from './shape';

/** Names whose objects a value of this shape holds or is: they travel with whoever is bound to it. */
export function heldBy(shape: IShape, names: Names): string[] {
  if (!isMutable(shape)) {
    return [];
  }
  const held = namesOnly(shape.roots).filter(
    // Functions and classes of a module say themselves what they change of it
    root => names.has(root) && !(shape.code.size > 0 && isModuleFile(root))
  );
  const figures = shape.figure
    ? names.all().filter(other => names.get(other)?.shape.figure)
    : [];
  return [...held, ...figures];
}
