import { blamedRequirement, explainUv, redactUrls } from '../uv-failure';
import { readPipConfiguration } from '../uv-settings';

const STDERR = `Using Python 3.11.7 environment at: env
error: No solution found when resolving dependencies
  cause: Because there is no version of numpy==99.1 and you require numpy==99.1, we can conclude that your requirements are unsatisfiable.
`;

describe("uv's words", () => {
  it('are shortened to the reason', () => {
    expect(explainUv(STDERR)).toBe(
      'No solution found when resolving dependencies Because there is no version of numpy==99.1 and you require numpy==99.1, we can conclude that your requirements are unsatisfiable.'
    );
    expect(explainUv('x'.repeat(5000)).length).toBeLessThan(700);
  });

  it('name the package that is to blame', () => {
    expect(blamedRequirement(STDERR, ['joblib==1.6.0', 'numpy==99.1'])).toBe(
      'numpy==99.1'
    );
    expect(blamedRequirement('connection refused', ['numpy==99.1'])).toBeNull();
  });

  it('show no credentials of an address', () => {
    expect(redactUrls('at https://me:s3cret@host/simple/numpy')).toBe(
      'at https://***@host/simple/numpy'
    );
  });
});

describe("pip's configuration", () => {
  it("becomes uv's variables", () => {
    const text = `global.index-url='https://me:pw@host/simple'
global.cert='/etc/ca.pem'
install.find-links='/a /b'
:env:.timeout='180'
freeze.timeout='3'
global.index='https://other'
`;
    expect(readPipConfiguration(text)).toEqual({
      UV_INDEX_URL: 'https://me:pw@host/simple',
      SSL_CERT_FILE: '/etc/ca.pem',
      UV_FIND_LINKS: '/a,/b',
      UV_HTTP_TIMEOUT: '180'
    });
  });

  it('counts from the environment before the files', () => {
    const text = ":env:.index-url='https://env'\nglobal.index-url='https://file'";
    expect(readPipConfiguration(text).UV_INDEX_URL).toBe('https://env');
  });
});
