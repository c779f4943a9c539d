import { version } from '../../../package.json';
import { VERSION } from '../version';

it('is the version of the package', () => {
  expect(VERSION).toBe(version);
});
