import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import type { PredictReply } from '../../../contract/environment';
import { MlopsError } from '../../../contract/mlops-error';
import { RequestForm } from '../try-request';

afterEach(cleanup);

const EXAMPLE = { rows: [{ hr: 8, temp: 0.4 }] };

function show(send: (request: unknown) => Promise<PredictReply>): void {
  render(<RequestForm example={EXAMPLE} send={send} />);
}

function press(): void {
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
}

describe('trying a request', () => {
  it('begins with an example that can be sent as it is', async () => {
    const send = jest.fn().mockResolvedValue({
      id: 'r1',
      model: 'bike-demand',
      version: 4,
      digest: story.digest('c'),
      predictions: [211.37]
    });
    show(send);
    press();
    await waitFor(() => expect(screen.getByText('211')).toBeTruthy());
    expect(send).toHaveBeenCalledWith(EXAMPLE);
    expect(screen.getByText('from bike-demand v4')).toBeTruthy();
  });

  it('shows why the endpoint refuses', async () => {
    show(() =>
      Promise.reject(
        new MlopsError('refused', {
          code: 'columns-wrong',
          message: 'The column temp is missing.',
          action: 'Give hr and temp.'
        })
      )
    );
    press();
    await waitFor(() =>
      expect(screen.getByRole('alert').textContent).toContain(
        'The column temp is missing.'
      )
    );
  });

  it('says that the text is no JSON and keeps it', async () => {
    const send = jest.fn();
    show(send);
    const field = screen.getByLabelText('Request');
    fireEvent.change(field, { target: { value: '{ rows: ' } });
    press();
    await waitFor(() =>
      expect(screen.getByText('The request is not JSON.')).toBeTruthy()
    );
    expect(send).not.toHaveBeenCalled();
    expect((field as HTMLTextAreaElement).value).toBe('{ rows: ');
  });
});
