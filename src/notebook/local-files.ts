import type { Step } from '../contract/pipeline';

/** Data files and local modules that the steps need, relative to the notebook's folder. */
export function localFiles(
  steps: readonly Step[],
  imports: readonly string[],
  folderFiles: readonly string[]
): string[] {
  const written = new Set(steps.flatMap(step => step.filesWritten));
  const data = steps
    .flatMap(step => step.filesRead)
    .filter(
      path => !path.startsWith('/') && !path.startsWith('~') && !written.has(path)
    );
  const modules = folderFiles.filter(path =>
    imports.some(
      name =>
        path === `${name}.py` || (path.startsWith(`${name}/`) && path.endsWith('.py'))
    )
  );
  return [...new Set([...data, ...modules])].sort();
}
