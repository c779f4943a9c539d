import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { SilenceForm } from '../silence-dialog';

afterEach(cleanup);

it('asks for how long and why an alert should be silent', () => {
  const onChange = jest.fn();
  render(<SilenceForm summary="temp is far above." onChange={onChange} />);
  expect(screen.getByLabelText<HTMLSelectElement>('For').value).toBe('24');
  fireEvent.change(screen.getByLabelText('For'), { target: { value: '168' } });
  fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: 'Known' } });
  expect(onChange.mock.calls).toEqual([[{ hours: 168 }], [{ reason: 'Known' }]]);
  expect(screen.getByText('7 days')).toBeTruthy();
});
