import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildContext, temporaryFolder } from '../../__tests__/core-builder';
import { findKernel, kernelNameOf } from '../kernel';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(name: string, spec: object | string, where = folder): void {
  mkdirSync(join(where, name), { recursive: true });
  const text = typeof spec === 'string' ? spec : JSON.stringify(spec);
  writeFileSync(join(where, name, 'kernel.json'), text);
}

function find(name: string, kernelDirs = [folder]): ReturnType<typeof findKernel> {
  return findKernel(name, { kernelDirs, python: '/server/python' });
}

test('the notebook names its kernel, and python3 where it does not', () => {
  expect(kernelNameOf({ metadata: { kernelspec: { name: 'conda-3' } } })).toBe(
    'conda-3'
  );
  expect(kernelNameOf({ metadata: {} })).toBe('python3');
  expect(kernelNameOf('no notebook')).toBe('python3');
});

test('the kernel of this environment is found', () => {
  const { home, ...context } = buildContext();
  rmSync(home, { recursive: true });
  const kernel = findKernel('python3', context);
  expect(kernel.python).toBe(context.python);
});

test.each(['python', 'python3', 'python3.12'])(
  '%s means the interpreter of the server',
  name => {
    install('mine', { argv: [name, '-m', 'ipykernel'], language: 'python' });
    expect(find('mine').python).toBe('/server/python');
  }
);

test('an absolute interpreter is taken as it is, with the variables of its kernelspec', () => {
  install('mine', {
    argv: ['/opt/env/bin/python3.12', '-m', 'ipykernel'],
    language: 'python',
    env: { OMP_NUM_THREADS: '2' }
  });
  expect(find('mine')).toEqual({
    name: 'mine',
    python: '/opt/env/bin/python3.12',
    environment: { OMP_NUM_THREADS: '2' }
  });
});

test('the first folder that has a kernel wins', () => {
  const other = temporaryFolder();
  install('mine', { argv: ['/first/python'] });
  install('mine', { argv: ['/second/python'] }, other);
  expect(find('mine', [folder, other, '/not/there']).python).toBe('/first/python');
  rmSync(other, { recursive: true });
});

test('python3 is there although no folder has it', () => {
  expect(find('python3').python).toBe('/server/python');
});

test('a missing kernel is refused, and those that exist are named', () => {
  install('conda-3', { argv: ['python'] });
  expect(() => find('gone')).toThrow(
    expect.objectContaining({
      body: expect.objectContaining({
        code: 'kernel-missing',
        message: 'The notebook asks for the kernel "gone", which is not installed.',
        cause: 'Installed are: conda-3, python3.'
      })
    })
  );
});

test.each(['../mine', '..', '/etc', 'a/b', '__proto__'])(
  'the name %j leads to no file',
  name => {
    install('mine', { argv: ['python'] });
    expect(() => find(name)).toThrow(/is not installed/);
  }
);

test('a kernel of another language is refused by its name', () => {
  install('ir', { argv: ['R'], language: 'R', display_name: 'R 4.5' });
  expect(() => find('ir')).toThrow(
    'The kernel R 4.5 runs R; pipelines run Python notebooks.'
  );
});

test('a kernel that a launcher starts is refused with a way out', () => {
  install('launched', { argv: ['/opt/conda/bin/conda', 'run'], language: 'python' });
  expect(() => find('launched')).toThrow(/is started by \/opt\/conda\/bin\/conda/);
});

test.each(['no json', '{"argv": []}', '{"argv": "python"}'])(
  'a kernelspec that says %j is called broken',
  text => {
    install('broken', text);
    expect(() => find('broken')).toThrow(/is not installed properly/);
  }
);
