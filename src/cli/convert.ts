import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Option, type Command } from 'commander';

import { MlopsError } from '../contract/mlops-error';
import type { Conversion, Diagnostic } from '../contract/pipeline';
import { Split } from '../contract/pipeline';
import { readLaunchContext } from '../gateway/launch-context';
import { findKernel, kernelNameOf } from '../gateway/notebooks/kernel';
import { convertedNotebook } from '../gateway/pipelines/converted-notebook';
import { missingNeeds } from '../gateway/pipelines/missing-needs';
import { convert, parseNotebookText } from '../notebook/convert';
import { EXIT, isRefusal, withOutput } from './command';
import { collectSecret, COMPILED, compileFile, isCompiled } from './compile';
import { printDiagnostics } from './diagnostics';
import { printError, type IOutput } from './output';

export const splitOption = (): Option =>
  new Option('--split <how>', 'how cells become steps').choices(Split.options);

export function addConvert(program: Command): void {
  program
    .command('convert')
    .description('show the pipeline that a notebook is')
    .argument('<notebook>', 'path of the notebook')
    .addOption(splitOption())
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(['plan', ...COMPILED])
        .default('plan')
    )
    .option('-o, --output <file>', 'write the pipeline there')
    .option('--image <image>', 'image by digest of steps that name none (kfp, tekton)')
    .option(
      '--secret-env <variable=secret:key>',
      'environment variable from a Kubernetes Secret, repeatable (kfp, tekton)',
      collectSecret,
      {}
    )
    .option(
      '--with <path>',
      "file to carry that the code does not name, relative to the notebook's folder, repeatable (kfp, tekton)",
      (path: string, known: string[]) => [...known, path],
      []
    )
    .option(
      '--files-claim <name>',
      'PersistentVolumeClaim with the files that are too large to carry (kfp, tekton)'
    )
    .option('--json', 'one JSON document on standard output')
    .action(async (notebook: string, options, command: Command) =>
      withOutput(command, async output => {
        const path = resolve(notebook);
        const conversion = await convertOrExplain(path, options.split, output);
        if (!conversion) {
          return EXIT.refused;
        }
        const { pipeline, diagnostics } = conversion;
        if (pipeline && isCompiled(options.format) && !isRefused(conversion)) {
          return compileFile(path, conversion, options, output);
        }
        if (pipeline && options.output) {
          writeFileSync(options.output, `${JSON.stringify(pipeline, null, 2)}\n`);
        }
        output.result({
          diagnostics,
          steps: pipeline?.steps ?? [],
          pipeline,
          needs: conversion.needs ?? []
        });
        printConversion(conversion, output);
        return isRefused(conversion) ? EXIT.refused : EXIT.done;
      })
    );
}

export function isRefused({ pipeline, diagnostics }: Conversion): boolean {
  return !pipeline || diagnostics.some(({ severity }) => severity === 'error');
}

/** Prints why there is nothing to convert, and gives null. */
async function convertOrExplain(
  path: string,
  split: Split | undefined,
  output: IOutput
): Promise<Conversion | null> {
  try {
    return await convertFile(path, split);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    output.result({ diagnostics: [], steps: [], pipeline: null, error: error.body });
    printError(error.body);
    return null;
  }
}

async function convertFile(
  path: string,
  split: Split | undefined
): Promise<Conversion> {
  const { content, diagnostics } = parseNotebookText(readNotebook(path));
  if (diagnostics.length > 0) {
    return { pipeline: null, diagnostics };
  }
  const conversion = convertedNotebook(convert, path, content, split);
  const missing = await missingHere(path, content, conversion);
  return { ...conversion, diagnostics: [...conversion.diagnostics, ...missing] };
}

async function missingHere(
  path: string,
  content: unknown,
  conversion: Conversion
): Promise<Diagnostic[]> {
  if (!conversion.pipeline) {
    return [];
  }
  let kernel;
  try {
    kernel = findKernel(kernelNameOf(content), readLaunchContext(process.env));
  } catch {
    // A notebook can be looked at where its kernel is not: running it says so.
    return [];
  }
  const missing = await missingNeeds(path, conversion, kernel);
  return missing.map(({ diagnostic }) => diagnostic);
}

function readNotebook(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new MlopsError('refused', {
      code: 'notebook-unreadable',
      message: `The notebook ${path} cannot be read.`,
      cause: error instanceof Error ? error.message : String(error),
      action: 'Check its path.'
    });
  }
}

function printConversion({ pipeline, diagnostics }: Conversion, output: IOutput): void {
  printDiagnostics(diagnostics, output);
  if (!pipeline) {
    return;
  }
  output.line(
    `${pipeline.name}: ${pipeline.steps.length} steps, from ${pipeline.split}`
  );
  for (const step of pipeline.steps) {
    const inputs = step.inputs.map(({ variable }) => variable).join(', ') || '–';
    output.line(
      `  ${step.id} (${step.cells.length} cells): ${inputs} → ${step.outputs.join(', ') || '–'}`
    );
  }
  for (const { steps, reason, variable } of pipeline.joins) {
    output.line(
      `  joined ${steps.join(' and ')}: ${reason}${variable ? ` (${variable})` : ''}`
    );
  }
}
