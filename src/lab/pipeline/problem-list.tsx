import * as React from 'react';

import type { Diagnostic } from '../../contract/pipeline';
import { Link } from '../elements/button';
import { Note } from '../elements/problem-note';
import { useTrans } from '../elements/translation';

/** Problems with their place and their fix. */
export function ProblemList(props: {
  diagnostics: readonly Diagnostic[];
  onReveal(cell: number): void;
}): React.ReactElement | null {
  const trans = useTrans();
  const problems = props.diagnostics.filter(({ severity }) => severity !== 'info');
  if (problems.length === 0) {
    return null;
  }
  return (
    <>
      {problems.map((problem, index) => (
        <Note
          key={`${problem.code}-${problem.cell}-${problem.line}-${index}`}
          kind={problem.severity === 'error' ? 'failed' : 'warning'}
        >
          {problem.message}
          {problem.fix && <span className="jp-mlops-Fix"> {problem.fix}</span>}{' '}
          <Link
            label={trans.__('Cell %1, line %2', problem.cell + 1, problem.line)}
            onClick={() => props.onReveal(problem.cell)}
          />
        </Note>
      ))}
    </>
  );
}
