import { AppWidget } from '../app-widget';

it('never shows an app in the origin of Jupyter', () => {
  const widget = new AppWidget({ title: 'bikes', address: 'http://lab.test/app/' });
  const frame = widget.node.querySelector('iframe');
  expect(frame?.getAttribute('sandbox')).toBe('allow-scripts');
  expect(frame?.referrerPolicy).toBe('no-referrer');
  expect(frame?.title).toBe('bikes');
});
