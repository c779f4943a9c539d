import type { Diagnostic } from '../contract/pipeline';
import { circles } from './flow/order';
import { joinFix, joinSentence } from './joins';
import { diagnose } from './problem';
import type { ISolution } from './solve';
import type { IPlan } from './split/plan';

/** What data flow has to say: undefined names, joins, steps that cannot be apart. */
export function problemsOf(solution: ISolution, plan: IPlan): Diagnostic[] {
  const title = (step: number): string => plan.steps[step]?.title ?? '';
  const found = solution.flow.problems.map(({ unit, problem }) =>
    diagnose(unit.cell, problem)
  );
  for (const { request, steps } of solution.joins) {
    const sentence = joinSentence(request.reason, request.variable);
    const names = steps.map(step => `“${title(step)}”`).join(' and ');
    found.push(
      diagnose(request.unit.cell, {
        ...request.span,
        code: `joined-${request.reason}`,
        severity: 'info',
        message: `${names} run as one step: ${sentence}`
      })
    );
  }
  const told = new Set<string>();
  for (const request of solution.refused) {
    const key = `${request.unit.cell.index} ${request.reason} ${request.variable ?? ''}`;
    if (told.has(key)) {
      continue;
    }
    told.add(key);
    found.push(
      diagnose(request.unit.cell, {
        ...request.span,
        code: request.reason,
        severity: 'error',
        message: `${joinSentence(request.reason, request.variable)} It comes from the step “${title(request.first)}”.`,
        fix: joinFix(request.reason)
      })
    );
  }
  if (plan.explicit && solution.refused.length === 0) {
    for (const circle of circles(solution.edges)) {
      const unit = solution.units.find(item => item.step === Math.max(...circle));
      if (unit) {
        found.push(
          diagnose(unit.cell, {
            from: 0,
            to: 0,
            code: 'cyclic-steps',
            severity: 'error',
            message: `The steps ${circle.map(step => `“${title(step)}”`).join(', ')} need each other's results.`,
            fix: 'Put their cells into one step, or change their order.'
          })
        );
      }
    }
  }
  return unique(found);
}

function unique(diagnostics: Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ cell, line, column, code, message }) => {
    const key = JSON.stringify([cell, line, column, code, message]);
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}
