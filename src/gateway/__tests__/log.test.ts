import { MlopsError } from '../../contract/mlops-error';
import { createLog } from '../log';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog('info', { write: line => void lines.push(line) }));
  return lines.join('');
}

test.each([
  ['at the top', { token: 'hush' }],
  ['in an object', { headers: { authorization: 'hush', cookie: 'hush' } }],
  ['two objects deep', { store: { user: { password: 'hush', accessKey: 'hush' } } }]
])('secrets %s are redacted', (_, fields) => {
  const text = logged(log => log.info(fields, 'asked'));
  expect(text).toContain('[redacted]');
  expect(text).not.toContain('hush');
});

test('an error that was foreseen is told by its code: its words may quote a row', () => {
  const error = new MlopsError('failed', {
    code: 'predict-failed',
    message: 'It does not take 4711.',
    cause: 'could not convert string to float: 4711'
  });
  const text = logged(log => log.warn({ err: error }, 'an endpoint failed'));
  expect(text).toContain('predict-failed');
  expect(text).not.toContain('4711');
});

test('a defect keeps its message and its stack', () => {
  const text = logged(log => log.error({ err: new TypeError('x is undefined') }));
  expect(text).toContain('x is undefined');
  expect(text).toContain('log.test.ts');
});
