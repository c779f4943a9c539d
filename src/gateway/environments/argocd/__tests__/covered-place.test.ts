import { coveringSource, sameRepository } from '../covered-place';
import { application, PLACE, SOURCE } from './application-builder';

describe('two addresses', () => {
  const ours = 'git@Git.example.com:ml/gitops.git';

  it.each([
    'https://git.example.com/ml/gitops.git',
    'https://GIT.example.com/ml/gitops',
    'https://git.example.com:443/ml/gitops/',
    'https://robot@git.example.com/ml/gitops.git',
    'https://robot:pass@git.example.com/ml/gitops.git',
    'ssh://git@git.example.com/ml/gitops.git',
    'ssh://git@git.example.com:22/ml/gitops.git',
    'https://git.example.com:8443/ml/gitops.git',
    'git.example.com:ml/gitops'
  ])('name the same repository: %s', other => {
    expect(sameRepository(ours, other)).toBe(true);
    expect(sameRepository(other, ours)).toBe(true);
  });

  it.each([
    'https://git.example.com/ml/gitops-old.git',
    'https://git.example.org/ml/gitops.git',
    'https://git.example.com/ML/gitops.git',
    'ssh://git@git.example.com:2222/ml/gitops.git',
    'file:///ml/gitops.git',
    'oci://git.example.com/ml/gitops',
    ''
  ])('name different ones: %s', other => {
    expect(sameRepository(ours, other)).toBe(false);
    expect(sameRepository(other, ours)).toBe(false);
  });

  it('of a folder name it as a path or as a file', () => {
    expect(sameRepository('file:///ml/gitops', '/ml/gitops.git')).toBe(true);
  });

  it('that are not read are compared as they are written', () => {
    expect(sameRepository('oci://host/a', 'oci://host/a')).toBe(true);
  });
});

describe('an Application', () => {
  it.each<[string, object]>([
    ['the folder itself', {}],
    ['the folder with slashes', { path: './environments/dev/bike/' }],
    ['the branch in full', { targetRevision: 'refs/heads/main' }],
    ['the default branch', { targetRevision: 'HEAD' }],
    ['no branch', { targetRevision: undefined }],
    [
      'a folder above, with what lies below',
      { path: 'environments/dev', directory: { recurse: true } }
    ],
    ['the root, with what lies below', { path: '.', directory: { recurse: true } }]
  ])('takes the folder by %s', (_what, source) => {
    const found = application({ source: { ...SOURCE, ...source } });
    expect(coveringSource(found, PLACE)).toBe(0);
  });

  it.each<[string, object]>([
    ['another folder', { path: 'environments/prod/bike' }],
    ['a folder that begins the same', { path: 'environments/dev/bikes' }],
    [
      'a folder whose name begins as one above',
      { path: 'environments/d', directory: { recurse: true } }
    ],
    ['a folder below', { path: 'environments/dev/bike/edge' }],
    ['a folder above, without what lies below', { path: 'environments/dev' }],
    ['another branch', { targetRevision: 'develop' }],
    ['a tag', { targetRevision: 'v1.0.0' }],
    ['another repository', { repoURL: 'https://git.example.com/ml/other.git' }],
    ['a chart', { chart: 'bike', path: '' }]
  ])('does not take it by %s', (_what, source) => {
    const found = application({ source: { ...SOURCE, ...source } });
    expect(coveringSource(found, PLACE)).toBeNull();
  });

  it('takes it from above where Kustomize or Helm decides', () => {
    const source = { ...SOURCE, path: 'environments/dev' };
    const status = { sourceType: 'Kustomize' };
    expect(coveringSource(application({ source, status }), PLACE)).toBe(0);
  });

  it('takes it by one of several sources', () => {
    const values = { ...SOURCE, path: '', ref: 'values' };
    const chart = { repoURL: 'https://charts.example.com', chart: 'base' };
    const sources = [values, chart, SOURCE];
    expect(coveringSource(application({ sources }), PLACE)).toBe(2);
    expect(coveringSource(application({ sources: [values, chart] }), PLACE)).toBeNull();
  });

  it('is taken by its sources also where its status has an unknown shape', () => {
    const status = { conditions: 'many', resources: 7 };
    expect(coveringSource(application({ status }), PLACE)).toBe(0);
  });

  it('whose shape is not known takes nothing', () => {
    const source = { repoURL: 7 };
    expect(coveringSource(application({ source }), PLACE)).toBeNull();
  });
});
