import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import { VersionTable } from '../version-table';

afterEach(cleanup);

function show(): jest.Mock {
  const act = jest.fn();
  const model = {
    name: 'bike-demand',
    versions: story.model().versions,
    selected: [],
    toggle: jest.fn()
  };
  render(<VersionTable model={model as never} act={act} />);
  return act;
}

describe('the table of versions', () => {
  it('promotes with one press, and keeps the rest in a menu a row', () => {
    const act = show();
    expect(screen.getAllByRole('button', { name: 'Promote…' })).toHaveLength(3);
    fireEvent.click(screen.getAllByRole('button', { name: 'Promote…' })[0]);
    expect(act).toHaveBeenCalledWith('mlops:promote', {
      model: 'bike-demand',
      version: 4
    });
    expect(screen.queryByRole('button', { name: 'Lineage' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'More about v4' }));
    const items = [...document.querySelectorAll('.lm-Menu-item')];
    expect(items.map(({ textContent }) => textContent)).toEqual([
      'Lineage',
      'Test again',
      'Archive…'
    ]);
    expect(items[2].className).toContain('lm-mod-disabled');
  });

  it('does what is chosen in the menu, by keyboard too', async () => {
    const act = show();
    fireEvent.click(screen.getByRole('button', { name: 'More about v2' }));
    const menu = [...document.querySelectorAll('.lm-Menu')].at(-1);
    expect(menu).toBeTruthy();
    for (const keyCode of [40, 40, 13]) {
      fireEvent.keyDown(menu as Element, { keyCode });
    }
    await waitFor(() =>
      expect(act).toHaveBeenCalledWith('mlops:test-version', {
        model: 'bike-demand',
        version: 2
      })
    );
  });
});
