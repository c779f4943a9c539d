import type { Diagnostic, Step } from '../contract/pipeline';
import type { ICompileInput } from './compile-input';
import { problem } from './problem';
import { quantity } from './quantity';

const BY_DIGEST = /^[^\s@$(){}]+@sha256:[0-9a-f]{64}$/;
/** What Tekton can refer to; Kubeflow takes it too. */
const PARAMETER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Variables that a container has by itself, or that only change how things look. */
const ORDINARY = new Set(['HOME', 'PATH', 'PWD', 'TMPDIR', 'USER', 'LANG', 'TERM']);

/** What speaks against compiling a pipeline, before anything is written. */
export function check(input: ICompileInput): Diagnostic[] {
  const { pipeline } = input;
  return [
    ...pipeline.parameters.flatMap(({ name, cell }) =>
      PARAMETER.test(name)
        ? []
        : [
            {
              ...problem(null, {
                code: 'parameter-name',
                message: `The parameter ${name} cannot be one of a compiled pipeline.`,
                fix: 'Use letters without accents, digits and underscores in its name.'
              }),
              cell
            }
          ]
    ),
    ...(input.image === undefined ? [] : checkImage(input.image, null)),
    ...pipeline.steps.flatMap(step => checkStep(step, input))
  ];
}

function checkStep(step: Step, { image, secrets }: ICompileInput): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (step.image !== undefined) {
    found.push(...checkImage(step.image, step));
  } else if (image === undefined) {
    found.push(
      problem(step, {
        code: 'image-missing',
        message: `The step “${step.title}” names no image to run in.`,
        fix: 'Give one for all steps (--image NAME@sha256:…), or set it in the settings of the step.'
      })
    );
  }
  for (const [name, value] of Object.entries(step.resources ?? {})) {
    if (quantity(value) === null) {
      found.push(
        problem(step, {
          code: 'resource-quantity',
          message: `${JSON.stringify(value)} is no quantity of ${name}.`,
          fix: 'Write it as Kubernetes does: 500m or 2 for processors, 512Mi or 4Gi for memory.'
        })
      );
    }
  }
  for (const name of step.environment) {
    if (!(name in secrets) && !ORDINARY.has(name)) {
      found.push(
        problem(step, {
          code: 'environment-unset',
          severity: 'warning',
          message: `The step “${step.title}” reads the environment variable ${name}, which the pipeline does not set.`,
          fix: `If the image does not set it, give --secret-env ${name}=SECRET:KEY.`
        })
      );
    }
  }
  return found;
}

function checkImage(image: string, step: Step | null): Diagnostic[] {
  if (BY_DIGEST.test(image)) {
    return [];
  }
  const name = image.replace(/@.*$/, '');
  return [
    problem(step, {
      code: 'image-by-tag',
      message: `The image ${image} is not named by its digest: what a tag names can change between two steps.`,
      fix: `Write NAME@sha256:…; \`skopeo inspect --format '{{.Name}}@{{.Digest}}' docker://${name}\` prints it.`
    })
  ];
}
