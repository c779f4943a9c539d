import { isSecretName, secretsOf, withoutSecrets } from '../secret-parameter';

test.each([
  'DB_PASSWORD',
  'dbpassword',
  'apiKey',
  'API_TOKEN',
  'hfToken',
  'hftoken',
  'token',
  'access_tokens',
  'client_secret',
  'aws_credentials',
  'pwd',
  'private_key_file'
])('%s is secret', name => expect(isSecretName(name)).toBe(true));

test.each([
  'max_tokens',
  'n_tokens',
  'tokens_per_batch',
  'maxTokens',
  'token_count',
  'max_token_length',
  'pad_token',
  'tokenizer',
  'months',
  'key',
  'monkey'
])('%s is not', name => expect(isSecretName(name)).toBe(false));

test('a secret is told from what may be stored', () => {
  const parameters = { months: 3, max_tokens: 512, api_token: 'hush' };
  expect(withoutSecrets(parameters)).toEqual({
    months: 3,
    max_tokens: 512,
    api_token: '[not kept]'
  });
  expect(secretsOf(parameters)).toEqual({ api_token: 'hush' });
  expect(secretsOf(withoutSecrets(parameters))).toEqual({});
});
