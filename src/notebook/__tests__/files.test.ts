import { pipelineOf, step } from './a-notebook';

const PATHS = 'from pathlib import Path\nimport glob';

describe('steps that exchange files keep their order', () => {
  it.each([
    ['a pattern', PATHS, 'Path("out/a.txt").write_text("x")', 'glob.glob("out/*.txt")'],
    ['a folder', PATHS, 'Path("out/a.txt").write_text("x")', 'Path("out").glob("*")'],
    ['open of a path', PATHS, 'Path("a.x").open("w").close()', 'open("a.x")'],
    ['a shelf', 'import shelve', 'shelve.open("s").close()', 'shelve.open("s")'],
    [
      'a function',
      'def save(d, where): d.to_csv(where)',
      'save({}, "a.csv")',
      'open("a.csv")'
    ],
    [
      'a name',
      'import pandas as pd',
      'n = f"{1}.csv"\npd.x().to_csv(n)',
      'open("1.csv")'
    ],
    [
      'an image',
      'from PIL import Image',
      'Image.new("L", 1).save("x.png")',
      'open("x.png")'
    ],
    [
      'a download',
      'from urllib.request import urlretrieve as get',
      'get("file:///a", "b.txt")',
      'open("b.txt")'
    ]
  ])('by %s', (_, first, writes, reads) => {
    const pipeline = pipelineOf([first, writes, reads]);
    expect(step(pipeline, 'cell-3').after).toContain('cell-2');
  });

  it.each([
    [
      'a log',
      'import logging\nlogging.basicConfig(filename="a.log")',
      'open("a.log")',
      'logging.info("x")'
    ],
    [
      'a database',
      'import sqlite3\nbase = sqlite3.connect("a.db")',
      'sqlite3.connect("a.db")',
      'base.commit()'
    ]
  ])('and are joined around %s that stays open', (_, opens, reads, writes) => {
    expect(pipelineOf([opens, reads, writes]).steps).toHaveLength(1);
  });

  it('by a module that a later cell writes', () => {
    const writes = 'open("helper.py", "w").write("def f(): return 2")';
    const cells = ['import helper', 'print(helper.f())', writes];
    const sources = { 'helper.py': 'def f(): return 1' };
    const pipeline = pipelineOf(cells, 'cells', ['helper.py'], sources);
    expect(step(pipeline, 'cell-3').after).toContain('cell-2');
  });

  it('but not around what touches another file', () => {
    const opens = 'import sqlite3\nbase = sqlite3.connect("a.db")';
    expect(pipelineOf([opens, 'open("b.csv")', 'base.commit()']).steps).toHaveLength(2);
    const memory = 'import sqlite3\nbase = sqlite3.connect(":memory:")';
    expect(pipelineOf([memory, 'open("b.csv")', 'base.commit()']).steps).toHaveLength(
      2
    );
  });
});

it('imports a module after the cell that writes it', () => {
  const pipeline = pipelineOf([
    '%%writefile scaling.py\nfactor = 2',
    'import numpy as np',
    'from scaling import factor'
  ]);
  expect(step(pipeline, 'cell-2').after).toEqual([]);
  expect(step(pipeline, 'cell-3').after).toEqual(['cell-1']);
});
