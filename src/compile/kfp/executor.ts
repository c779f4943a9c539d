import { enterBundle } from '../bootstrap';
import type { IPreparedPipeline, IPreparedStep } from '../prepared-pipeline';
import { quantity } from '../quantity';

/** Where the claim with large files is mounted. */
export const FILES = '/mlops/files';

/** The container of a step. */
export function stepContainer(
  { step, image, from, ancestors, request }: IPreparedStep,
  { required }: IPreparedPipeline
): unknown {
  const outputs = ['files', 'record', 'metrics'];
  return {
    image,
    command: enterBundle,
    args: [
      inputPath('bundle'),
      'kfp',
      '--executor-input',
      '{{$}}',
      ...from.flatMap(id => ['--values', `${id}=${inputPath(`values-${id}`)}`]),
      ...ancestors.flatMap(id => ['--files', `${id}=${inputPath(`files-${id}`)}`]),
      ...(step.outputs.length > 0 ? ['--values-out', outputPath('values')] : []),
      ...outputs.flatMap(name => [`--${name}-out`, outputPath(name)]),
      ...(required.length > 0 ? ['--required', FILES] : []),
      '--request',
      ...request
    ],
    ...resourcesOf(step.resources)
  };
}

/** The container that puts the executed notebook together. */
export function notebookContainer({ image, steps }: IPreparedPipeline): unknown {
  return {
    image,
    command: enterBundle,
    args: [
      inputPath('bundle'),
      'kfp',
      '--notebook-out',
      outputPath('notebook'),
      ...steps.flatMap(({ step: { id } }) => [
        '--records',
        `${id}=${inputPath(`record-${id}`)}`
      ])
    ]
  };
}

export function outputPath(name: string): string {
  return `{{$.outputs.artifacts['${name}'].path}}`;
}

function inputPath(name: string): string {
  return `{{$.inputs.artifacts['${name}'].path}}`;
}

/** Older back ends read `cpuLimit` and `memoryLimit` (in 10⁹ bytes), newer ones the other two. */
function resourcesOf(resources: IPreparedStep['step']['resources']): object {
  const { cpu, memory } = resources ?? {};
  if (cpu === undefined && memory === undefined) {
    return {};
  }
  return {
    resources: {
      ...(cpu === undefined ? {} : { cpuLimit: quantity(cpu), resourceCpuLimit: cpu }),
      ...(memory === undefined
        ? {}
        : {
            memoryLimit: (quantity(memory) ?? 0) / 1e9,
            resourceMemoryLimit: memory
          })
    }
  };
}

/** What `PlatformSpec` says of a step's pod; null where there is nothing. */
export function platformOf(
  { step, secrets }: IPreparedStep,
  { input: { filesClaim }, required }: IPreparedPipeline
): object | null {
  const parts = {
    ...(secrets.length === 0
      ? {}
      : {
          secretAsEnv: secrets.map(([envVar, { secret, key }]) => ({
            secretName: secret,
            secretNameParameter: { runtimeValue: { constant: secret } },
            keyToEnv: [{ secretKey: key, envVar }]
          }))
        }),
    ...(required.length === 0 || filesClaim === undefined
      ? {}
      : {
          pvcMount: [
            {
              constant: filesClaim,
              pvcNameParameter: { runtimeValue: { constant: filesClaim } },
              mountPath: FILES
            }
          ]
        }),
    ...(step.timeoutSeconds === undefined
      ? {}
      : // The runner's own limit comes first, and says which step it was.
        { activeDeadlineSeconds: String(Math.ceil(step.timeoutSeconds) + 60) })
  };
  return Object.keys(parts).length > 0 ? parts : null;
}
