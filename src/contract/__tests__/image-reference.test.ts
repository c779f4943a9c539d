import {
  isLoopback,
  parseImageReference,
  parseRepository,
  repositoryName,
  whyNoRepository
} from '../image-reference';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('the name of a repository', () => {
  it.each([
    ['registry.example.com/models', 'registry.example.com', 'models'],
    [
      'Registry.Example.com:5000/team/a_b/c--d',
      'registry.example.com:5000',
      'team/a_b/c--d'
    ],
    ['localhost/models', 'localhost', 'models'],
    ['127.0.0.1:5000/m', '127.0.0.1:5000', 'm'],
    ['[::1]:5000/m', '[::1]:5000', 'm']
  ])('%s is host and path', (text, host, path) => {
    expect(parseRepository(text)).toEqual({ host, path });
    expect(repositoryName(parseRepository(text))).toBe(`${host}/${path}`);
  });

  it.each([
    ['https://registry.example.com/models', /scheme/],
    ['registry.example.com/models:latest', /tag/],
    [`registry.example.com/models@${DIGEST}`, /digest or a user/],
    ['anna:secret@registry.example.com/models', /digest or a user/],
    ['registry.example.com/Models', /capital/],
    ['team/models', /no registry/],
    ['models', /no registry/],
    ['', /no registry/],
    ['registry.example.com/', /well formed/],
    ['registry.example.com//models', /well formed/],
    ['registry.example.com/../v2/other', /well formed/],
    ['registry.example.com/models?x=1', /well formed/],
    ['registry.example.com:port/models', /well formed/],
    [`registry.example.com/${'a'.repeat(300)}`, /well formed/]
  ])('%p is refused in a sentence', (text, reason) => {
    expect(whyNoRepository(text)).toMatch(reason);
    expect(() => parseRepository(text)).toThrow(/does not name a repository/);
  });

  it('is not repeated with a password that somebody wrote into it', () => {
    expect(() => parseRepository('https://anna:hunter2@host.example/models')).toThrow(
      /^(?!.*hunter2)/
    );
  });
});

describe('the name of an image', () => {
  it('holds a tag, a digest or both', () => {
    const image = { host: 'host.example:5000', path: 'team/base' };
    expect(parseImageReference('host.example:5000/team/base:1.2')).toEqual({
      ...image,
      tag: '1.2',
      digest: null
    });
    expect(parseImageReference(`host.example:5000/team/base@${DIGEST}`)).toEqual({
      ...image,
      tag: null,
      digest: DIGEST
    });
    expect(parseImageReference(`host.example:5000/team/base:1.2@${DIGEST}`)).toEqual({
      ...image,
      tag: '1.2',
      digest: DIGEST
    });
  });

  it.each([
    'host.example:5000/base',
    'host.example/base:',
    'host.example/base:a b',
    'host.example/base@sha256:12',
    `host.example/base@${DIGEST}@${DIGEST}`,
    `host.example/base@md5:${'0'.repeat(32)}`
  ])('is not %p', text => {
    expect(() => parseImageReference(text)).toThrow(/does not name an image/);
  });
});

it.each([
  ['localhost:5000', true],
  ['127.0.0.1', true],
  ['127.1.2.3:80', true],
  ['[::1]:5000', true],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
  ['10.0.0.1:5000', false]
])('%s is on this computer: %p', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
