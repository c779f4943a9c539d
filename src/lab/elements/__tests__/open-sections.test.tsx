import { StateDB } from '@jupyterlab/statedb';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';

import { OpenSections, OpenSectionsProvider } from '../open-sections';
import { Section } from '../section';

afterEach(cleanup);

function show(database: StateDB): void {
  render(
    <OpenSectionsProvider value={new OpenSections(database)}>
      <Section title="Runs">three</Section>
      <Section title="Models">two</Section>
    </OpenSectionsProvider>
  );
}

it('keeps a section closed over a reload', async () => {
  const database = new StateDB();
  show(database);
  fireEvent.click(screen.getByRole('button', { name: 'Runs' }));
  expect(screen.queryByText('three')).toBeNull();
  cleanup();
  show(database);
  await waitFor(() => expect(screen.queryByText('three')).toBeNull());
  expect(screen.getByText('two')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Runs' }));
  expect(screen.getByText('three')).toBeTruthy();
});
