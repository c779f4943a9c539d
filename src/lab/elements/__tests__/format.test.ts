import { nullTranslator } from '@jupyterlab/translation';

import { bytes, duration, exactTime, figure, percent, withLocalTimes } from '../format';
import { shortDigest, withShortDigests } from '../digest';

const trans = nullTranslator.load('mlops');

it.each([
  [0.42, '0.4 s'],
  [9.96, '10 s'],
  [59, '59 s'],
  [61, '1 min 1 s'],
  [600, '10 min'],
  [3600, '1 h'],
  [4260, '1 h 11 min'],
  [-5, '0 s']
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds, trans)).toBe(text);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [148_000, '148 kB'],
  [999_999, '1 MB'],
  [12_400_000, '12.4 MB']
])('%d bytes read as %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

it.each([
  [15.1007, '15.1'],
  [0.86519, '0.865'],
  [1234.5, '1,235'],
  [0, '0'],
  [0.00004, '4.00e-5'],
  [Number.NaN, 'NaN']
])('the figure %d reads as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

it('rounds percent to what can be read', () => {
  expect(percent(0.12345)).toBe('12.3 %');
});

it('cuts digests to both ends and commits to seven digits', () => {
  const whole = `sha256:${'ab'.repeat(32)}`;
  expect(shortDigest(whole)).toBe('ababab…abab');
  expect(shortDigest('9b1d2e7f00')).toBe('9b1d2e7');
  expect(withShortDigests(`oci://x@${whole}, ok`)).toBe(
    'oci://x@sha256:ababab…abab, ok'
  );
});

it('says times within a text as people read them', () => {
  const time = '2026-11-23T19:35:25.458Z';
  expect(withLocalTimes(`006c7bf, ${time}`)).toBe(`006c7bf, ${exactTime(time)}`);
  expect(withLocalTimes('no time in it')).toBe('no time in it');
});
