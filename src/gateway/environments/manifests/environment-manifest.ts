import { z } from 'zod';

import { EnvironmentRules } from '../../../contract/environment';
import { Name } from '../../../contract/identifier';
import { environmentFile, isEnvironmentFile } from './layout';
import { HERE, Target } from './target';
import { readYaml, yamlText } from './yaml-text';

/** What `environment.yaml` says. */
export interface IDeclaredEnvironment {
  name: string;
  target: Target;
  rules: EnvironmentRules;
}

/** What exists without any configuration. */
export const DEFAULT_ENVIRONMENTS: IDeclaredEnvironment[] = [
  declared('dev', {}),
  declared('prod', { after: 'dev' })
];

/** What holds for a repository that declares no environment yet: the first promotion writes it down. */
export function assumed(files: ReadonlyMap<string, string>): IDeclaredEnvironment[] {
  return [...files.keys()].some(isEnvironmentFile) ? [] : DEFAULT_ENVIRONMENTS;
}

export function declared(
  name: string,
  rules: z.input<typeof EnvironmentRules>,
  target: Target = HERE
): IDeclaredEnvironment {
  return { name, target, rules: EnvironmentRules.parse(rules) };
}

const Manifest = z.strictObject({
  kind: z.literal('Environment'),
  name: Name,
  targets: z.array(Target).length(1),
  rules: z.strictObject(EnvironmentRules.shape)
});

export function renderEnvironment({
  name,
  target,
  rules
}: IDeclaredEnvironment): string {
  const { after, approvals, maxP95Milliseconds, maxBytes } = rules;
  return yamlText({
    kind: 'Environment',
    name,
    targets: [target],
    rules: { after, approvals, maxP95Milliseconds, maxBytes }
  });
}

/** @throws MlopsError `manifest-broken` */
export function readEnvironment(name: string, text: string): IDeclaredEnvironment {
  const path = environmentFile(name);
  const schema = Manifest.refine(manifest => manifest.name === name, {
    path: ['name'],
    message: `It must be ${name}, as its folder is.`
  });
  const { targets, rules } = readYaml(path, text, schema);
  return { name, target: targets[0], rules };
}

/** Each after the one that it asks for, else by name. */
export function inOrder(environments: IDeclaredEnvironment[]): IDeclaredEnvironment[] {
  const left = [...environments].sort((a, b) => (a.name < b.name ? -1 : 1));
  const ordered: IDeclaredEnvironment[] = [];
  while (left.length > 0) {
    const next = left.findIndex(
      ({ rules }) => !left.some(({ name }) => name === rules.after)
    );
    // A circle has no beginning: take them as they come.
    ordered.push(...left.splice(Math.max(next, 0), 1));
  }
  return ordered;
}
