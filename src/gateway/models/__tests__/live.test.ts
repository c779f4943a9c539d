import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildCore, discardCore, temporaryFolder } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { collectFromLive } from '../collect-live';
import { ModelFolder } from '../model-folder';

const DESCRIPTION = {
  variable: 'model',
  type: 'sklearn.linear_model._ridge.Ridge',
  kind: 'sklearn',
  file: 'model.joblib',
  task: 'regression',
  classes: null,
  inputs: [],
  target: null,
  trainedRows: null,
  cutOff: null,
  frame: null,
  example: { rows: [], predictions: [], probabilities: null },
  missing: ['The training rows.']
};

describe('a model of a live kernel', () => {
  let core: ICore;
  let live: string;
  let folder: string;
  let request: { notebook: string; folder: string };

  beforeEach(() => {
    core = buildCore();
    live = join(core.home.path, 'live');
    folder = join(live, 'one');
    mkdirSync(join(folder, 'models/model'), { recursive: true });
    writeFileSync(join(folder, 'models/model/model.joblib'), 'content');
    describeModel('model');
    const notebook = join(core.home.path, 'a.ipynb');
    writeFileSync(notebook, '{"cells": [], "metadata": {}, "nbformat": 4}');
    request = { notebook, folder };
  });
  afterEach(() => discardCore(core));

  function describeModel(variable: string, change: object = {}): void {
    const path = join(folder, 'models', variable);
    mkdirSync(path, { recursive: true });
    const text = JSON.stringify({ ...DESCRIPTION, variable, ...change });
    writeFileSync(join(path, 'describe.json'), text);
  }

  it("is marked as not reproducible and has its kernel's packages", async () => {
    const collected = await collectFromLive(live, request, core.context);
    expect(collected.reproducible).toBe(false);
    expect(collected.lineage.packages['scikit-learn']).toMatch(/^\d+\.\d+/);
    expect(collected.lineage.python).toMatch(/^3\.\d+\.\d+/);
    expect(collected.missing[0]).toBe('The training rows.');
    expect(collected.missing.join(' ')).toContain('live kernel');
  });

  it('is read from the live folder only, whatever links say', async () => {
    const outside = temporaryFolder();
    mkdirSync(join(outside, 'models'));
    symlinkSync(outside, join(live, 'link'));
    for (const path of [outside, join(live, 'link'), join(live, '../live/../')]) {
      const asked = { ...request, folder: path };
      await expect(collectFromLive(live, asked, core.context)).rejects.toMatchObject({
        body: { code: expect.stringMatching(/^model-folder-/) }
      });
    }
    rmSync(outside, { recursive: true });
  });

  it('must be chosen among several', async () => {
    describeModel('other');
    await expect(collectFromLive(live, request, core.context)).rejects.toThrow(
      'This run trained several models: model, other.'
    );
  });

  it('has files that are neither links nor elsewhere', async () => {
    const path = join(folder, 'models/model');
    symlinkSync('/etc/passwd', join(path, 'stolen.joblib'));
    const opened = await ModelFolder.open(path, live);
    await expect(opened.file('stolen.joblib')).rejects.toMatchObject({
      body: { code: 'model-file-unreadable', cause: expect.stringContaining('link') }
    });
    await expect(opened.file('../model/model.joblib')).rejects.toMatchObject({
      body: { code: 'file-name-invalid' }
    });
    await expect(opened.file('absent')).rejects.toThrow('absent cannot be read');
    expect(Buffer.from(await opened.file('model.joblib')).toString()).toBe('content');
  });

  it('is refused with the place that is wrong in its description', async () => {
    describeModel('model', { task: 'magic' });
    await expect(collectFromLive(live, request, core.context)).rejects.toMatchObject({
      body: {
        code: 'model-description-invalid',
        cause: expect.stringContaining('task')
      }
    });
  });
});
