import { MlopsError } from '../../../contract/mlops-error';
import { parseProject, PROJECT_BYTES } from '../parse-project';

/** What a text is refused with. */
function refusal(text: string): { message: string; line: unknown; column: unknown } {
  try {
    parseProject(text, 'mlops.yaml');
  } catch (error) {
    if (error instanceof MlopsError && error.body.code === 'project-invalid') {
      const { line, column } = error.body.details ?? {};
      return { message: error.body.message, line, column };
    }
    throw error;
  }
  throw new Error('It was not refused.');
}

test.each(['', '# nothing yet\n', '---\n'])('%j is a project of defaults', text => {
  const project = parseProject(text, 'mlops.yaml');
  expect(project.engine).toBe('local');
  expect(project.monitoring.minimumRows).toBe(100);
});

test('what the file says is read', () => {
  const project = parseProject(
    'model:\n  name: bike-demand\n  time: hour\nmonitoring: {minimumRows: 50}\n',
    'mlops.yaml'
  );
  expect(project.model).toEqual({ name: 'bike-demand', time: 'hour' });
  expect(project.monitoring.minimumRows).toBe(50);
});

test('an unknown key is named with its place', () => {
  expect(refusal('engine: local\nmodle:\n  name: x\n')).toEqual({
    message: 'mlops.yaml, line 2, column 1: unknown key ‘modle’.',
    line: 2,
    column: 1
  });
});

test('an unknown key below another is named with both', () => {
  expect(refusal('model:\n  name: x\n  colour: red\n')).toEqual({
    message: 'mlops.yaml, line 3, column 3: unknown key ‘colour’ in ‘model’.',
    line: 3,
    column: 3
  });
});

test('a value of the wrong type is named with its place', () => {
  const found = refusal('monitoring:\n  minimumRows: many\n');
  expect([found.line, found.column]).toEqual([2, 16]);
  expect(found.message).toContain('‘monitoring.minimumRows’');
});

test('a value that is missing is placed where its parent begins', () => {
  const found = refusal('monitoring:\n  retraining:\n    input: a.csv\n');
  expect([found.line, found.column]).toEqual([3, 5]);
  expect(found.message).toContain('‘monitoring.retraining.fresh’');
});

test.each([
  ['model:\n\tname: x\n', 2],
  ['model:\n  name: x\n\ttime: y\n', 3]
])('a tab in %j is called a tab, on line %i', (text, line) => {
  const found = refusal(text);
  expect(found.line).toBe(line);
  expect(found.message).toContain('a tab stands where YAML wants spaces');
});

test('a list is no project', () => {
  expect(refusal('- engine: local\n').line).toBe(1);
});

test('the same key twice is refused', () => {
  expect(refusal('engine: local\nengine: local\n').line).toBe(2);
});

test('aliases that multiply are refused quickly', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++) {
    const alias = Array(10)
      .fill(`*a${level - 1}`)
      .join(', ');
    lines.push(`a${level}: &a${level} [${alias}]`);
  }
  const began = Date.now();
  expect(refusal(lines.join('\n')).message).toContain('too many aliases');
  expect(Date.now() - began).toBeLessThan(2000);
});

test('an alias without an anchor is refused', () => {
  expect(refusal('engine: *nowhere\n').message).toMatch(/alias/i);
});

test('a file as large as it may be is read in little time', () => {
  const text = `# ${'x'.repeat(PROJECT_BYTES - 20)}\nengine: local\n`;
  const began = Date.now();
  expect(parseProject(text, 'mlops.yaml').engine).toBe('local');
  expect(Date.now() - began).toBeLessThan(2000);
});

test('deep nesting is refused and ends', () => {
  expect(() => parseProject('['.repeat(50_000), 'mlops.yaml')).toThrow(
    'nested too deeply'
  );
});

const gitops = (line: string): string =>
  `gitops:\n  repository: git@host:team/gitops.git\n  ${line}\n`;

test('a Git repository is read with its defaults', () => {
  expect(parseProject(gitops(''), 'mlops.yaml').gitops).toEqual({
    repository: 'git@host:team/gitops.git',
    branch: 'main',
    mode: 'push'
  });
});

test.each([
  'branch: env/prod-1',
  'branch: "1.2"',
  'author: Ann Lee <a.lee@example.org>',
  'argocd: {}',
  'argocd: { namespace: team-gitops, repository: "https://git.svc:3000/team/gitops" }'
])('gitops may say %s', line =>
  expect(parseProject(gitops(line), 'mlops.yaml').gitops).toBeDefined()
);

test.each([
  'branch: -x',
  'branch: a..b',
  'branch: a b',
  'branch: a/',
  'branch: a.lock',
  'branch: "a:b"',
  'branch: ""',
  'mode: force',
  'author: Ann',
  'author: "Ann <a@b> <c@d>"',
  'argocd: true',
  'argocd: { namespace: Not_a_Name }',
  'argocd: { repository: "https://a:b@git.svc/x" }',
  'argocd: { sync: true }'
])('gitops may not say %s', line => {
  expect(refusal(gitops(line))).toMatchObject({ line: 3 });
});

test('an address with a password is refused with its place and not repeated', () => {
  const { message } = refusal('gitops:\n  repository: https://a:geheim@host/x\n');
  expect(message).toMatch(/line 2, column 15: .*credential\.helper/);
  expect(message).not.toContain('geheim');
});
