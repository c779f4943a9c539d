import { readdirSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { Notebook } from '../../contract/notebook';

const KernelSpec = z.looseObject({
  argv: z.array(z.string()).min(1),
  language: z.string().default('python'),
  display_name: z.string().optional(),
  env: z.record(z.string(), z.string()).default({})
});

/** The environment that a notebook's cells run in. */
export interface IKernel {
  name: string;
  /** Path of the interpreter, or its name where it is looked up on PATH. */
  python: string;
  /** Variables that its kernelspec sets. They may hold secrets: never stored. */
  environment: Record<string, string>;
}

export interface IKernelPlaces {
  /** Folders that hold kernelspecs, most important first. */
  kernelDirs: string[];
  /** What a kernelspec means by `python`. */
  python: string;
}

const DEFAULT = 'python3';

/** The kernel that a notebook names; `python3` where it names none. */
export function kernelNameOf(content: unknown): string {
  const notebook = Notebook.shape.metadata.safeParse(
    content && typeof content === 'object' && 'metadata' in content
      ? content.metadata
      : {}
  );
  return (notebook.success && notebook.data.kernelspec?.name) || DEFAULT;
}

/**
 * Finds the interpreter of a kernel.
 *
 * @throws MlopsError `kernel-missing` naming those that exist, `kernel-not-python`, `kernel-invalid`
 */
export function findKernel(name: string, places: IKernelPlaces): IKernel {
  const known = listKernels(places.kernelDirs);
  const folder = known.get(name.toLowerCase());
  if (!folder) {
    if (name === DEFAULT) {
      // Jupyter offers it for its own environment without a kernelspec, too.
      return { name, python: places.python, environment: {} };
    }
    throw new MlopsError('refused', {
      code: 'kernel-missing',
      message: `The notebook asks for the kernel ${JSON.stringify(name)}, which is not installed.`,
      cause: `Installed are: ${[...new Set([DEFAULT, ...known.keys()])].sort().join(', ')}.`,
      action: 'Choose another kernel for the notebook, or install this one.',
      details: { kernel: name, installed: [...known.keys()] }
    });
  }
  const spec = readSpec(name, folder);
  if (spec.language.toLowerCase() !== 'python') {
    throw new MlopsError('refused', {
      code: 'kernel-not-python',
      message: `The kernel ${spec.display_name ?? name} runs ${spec.language}; pipelines run Python notebooks.`,
      action: 'Choose a Python kernel for the notebook.'
    });
  }
  return {
    name,
    python: interpreter(name, spec.argv[0], places),
    environment: spec.env
  };
}

/** Kernel name → its folder. The first folder that has a name wins. */
function listKernels(folders: string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of entries(folder)) {
      const key = entry.toLowerCase();
      if (!found.has(key) && entries(join(folder, entry)).includes('kernel.json')) {
        found.set(key, join(folder, entry));
      }
    }
  }
  return found;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Jupyter names folders that need not exist.
    return [];
  }
}

function readSpec(name: string, folder: string): z.output<typeof KernelSpec> {
  const file = join(folder, 'kernel.json');
  try {
    return KernelSpec.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new MlopsError('refused', {
      code: 'kernel-invalid',
      message: `The kernel ${name} is not installed properly: ${file} cannot be read.`,
      cause: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      action: 'Install the kernel again, or choose another one.'
    });
  }
}

function interpreter(name: string, program: string, places: IKernelPlaces): string {
  // As Jupyter does: a bare name means the interpreter of its own environment.
  if (/^python(3(\.\d+)?)?$/.test(program)) {
    return places.python;
  }
  if (!/^(python|pypy)[\d.]*(\.exe)?$/i.test(basename(program))) {
    throw new MlopsError('refused', {
      code: 'kernel-invalid',
      message: `The kernel ${name} is started by ${program}, not by a Python interpreter.`,
      action:
        'Install a kernelspec for that environment: python -m ipykernel install --user --name NAME.'
    });
  }
  return isAbsolute(program) ? program : basename(program);
}
