import type { Conversion, Diagnostic, Need, Step } from '../../contract/pipeline';

/** A conversion in lines that people can read and compare; sources are left out. */
export function conversionText({
  pipeline,
  diagnostics,
  needs = [],
  searchPath = []
}: Conversion): string[] {
  return [
    ...(pipeline
      ? [
          ...pipeline.parameters.map(
            item =>
              `parameter ${item.name}: ${item.type} = ${JSON.stringify(item.default)} (${item.cell})`
          ),
          ...pipeline.steps.map(stepText),
          ...pipeline.joins.map(
            ({ steps, reason, variable }) =>
              `joined ${steps.join('+')}: ${reason}${variable ? ` (${variable})` : ''}`
          ),
          ...named('files', pipeline.files)
        ]
      : ['refused']),
    ...diagnostics.map(diagnosticText),
    ...needs.map(needText),
    ...named('search path', searchPath)
  ];
}

function stepText(step: Step): string {
  const cells = step.cells.map(
    ({ index, repeated }) => `${index}${repeated ? '*' : ''}`
  );
  return [
    `${step.id} “${step.title}” [${cells.join(' ')}]`,
    ...named(
      'in',
      step.inputs.map(({ variable, from }) => `${variable}<-${from}`)
    ),
    ...named('out', step.outputs),
    ...named('after', step.after),
    ...named('parameters', step.parameters),
    ...named('reads', step.filesRead),
    ...named('writes', step.filesWritten),
    ...named('imports', step.imports),
    ...named('environment', step.environment),
    ...(step.cache ? [] : ['not cached'])
  ].join('; ');
}

function diagnosticText(item: Diagnostic): string {
  const end = `${item.endLine ?? ''}:${item.endColumn ?? ''}`;
  const place = `${item.cell}:${item.line}:${item.column}-${end}`;
  return `${item.severity} ${item.code} at ${place}: ${item.message} → ${item.fix ?? ''}`;
}

function needText({ kind, name, cell, line, column }: Need): string {
  return `needs ${kind} ${name} (${cell}:${line}:${column})`;
}

function named(label: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${label} ${names.join(' ')}`] : [];
}
